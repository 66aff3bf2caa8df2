import './look.css';
import { render } from 'preact';
import { Frame } from './frame/frame.tsx';
import { Login } from './frame/login.tsx';
import { followRoute } from './frame/route.ts';
import { followScheme } from './frame/scheme.ts';
import { followViewport } from './frame/viewport.ts';
import { guardDrafts } from './state/drafts.ts';
import { engine, openSession } from './state/session.ts';

function Page() {
  return engine.value ? <Frame /> : <Login />;
}

followScheme();
followViewport();
openSession();
followRoute();
guardDrafts();
const place = document.getElementById('page');
if (place) render(<Page />, place);
