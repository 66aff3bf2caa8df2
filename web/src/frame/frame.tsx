import './frame.css';
import './mark.css';
import './tasks.css';
import './forms.css';
import './dialog.css';
import './palette.css';
import './page.css';
import '../machines/machines.css';
import '../machine/room.css';
import { useEffect } from 'preact/hooks';
import { Questions } from '../machine/questions.tsx';
import { Room } from '../machine/room.tsx';
import { List } from '../machines/list.tsx';
import { grant } from '../state/access.ts';
import { followUsage } from '../state/samples.ts';
import { leave } from '../state/session.ts';
import { follow, hearing, isLost } from '../state/world.ts';
import { shortcuts } from './commands.ts';
import { Help } from './help.tsx';
import { useNow } from './ladder.tsx';
import { Late } from './late.tsx';
import { listen } from './listen.ts';
import { mayGo } from './may-go.ts';
import { Menu } from './menu.tsx';
import { Palette } from './palette.tsx';
import { type Route, route, writeRoute } from './route.ts';
import { scheme, turnScheme } from './scheme.ts';
import { sheet, shownSheet } from './sheet.ts';
import { Tasks } from './tasks.tsx';

const makes = () => import('../make/make.tsx');
const images = () => import('../images/images.tsx');
const tokens = () => import('../tokens/tokens.tsx');
const audit = () => import('../tokens/audit.tsx');

/** The page, once one is let in: a bar above, the machines, and what is open beside them or in their place. */
export function Frame() {
  useEffect(() => {
    const left = new AbortController();
    follow(left.signal);
    const stopUsage = followUsage();
    const stopKeys = listen(shortcuts);
    return () => {
      left.abort();
      stopUsage();
      stopKeys();
    };
  }, []);
  const at = route.value;
  const beside = at.place === 'shelf' || at.place === 'machine';
  useEffect(() => {
    if (at.place !== 'machine') document.title = `${titles[at.place]} · Vivarium`;
  }, [at.place]);
  return (
    <div class={`frame at-${at.place} ${isLost.value ? 'unheard' : ''}`}>
      <button
        type="button"
        class="skip"
        onClick={() => document.querySelector<HTMLElement>(firstOf(at))?.focus()}
      >
        Skip to the content
      </button>
      <Bar at={at} />
      {beside && <List />}
      <main id="main" tabIndex={-1}>
        <Place at={at} />
      </main>
      {shownSheet.value === 'palette' && <Palette />}
      {shownSheet.value === 'keys' && <Help />}
      <Questions />
    </div>
  );
}

/** Where what one came for begins. */
const firstOf = ({ place }: Route) => (place === 'shelf' ? '.machines a.name' : '#main');

const titles = { shelf: 'Machines', make: 'New machine', images: 'Images', tokens: 'Tokens', audit: 'Audit' };

function Place({ at }: { at: Route }) {
  if (!mayGo(at.place)) return grant.value ? <Closed at={at} who={grant.value.who} /> : null;
  switch (at.place) {
    case 'shelf':
      return <Tasks of={({ operation }) => !operation.startsWith('image.')} />;
    case 'machine':
      return <Room name={at.name} tab={at.tab} />;
    case 'make':
      return <Late load={makes} props={{ image: at.image }} />;
    case 'images':
      return <Late load={images} props={{}} />;
    case 'tokens':
      return <Late load={tokens} props={{}} />;
    case 'audit':
      return <Late load={audit} props={{}} />;
  }
}

const titleOf = ({ place }: Route) => (place === 'machine' ? titles.shelf : titles[place]);

/** A place that somebody else's address, or an old one, led to. */
function Closed({ at, who }: { at: Route; who: string }) {
  return (
    <div class="empty">
      <p>
        The token <b class="mono">{who}</b> may not use <b>{titleOf(at)}</b>.
      </p>
      <p>
        <a href={writeRoute({ place: 'shelf' })}>All machines</a>
      </p>
    </div>
  );
}

function Bar({ at }: { at: Route }) {
  const here = at.place === 'machine' || at.place === 'make' ? 'shelf' : at.place;
  return (
    <header class="bar">
      <a class="sign mono" href={writeRoute({ place: 'shelf' })} aria-label="Vivarium: all machines">
        vivarium
        <span class={`cursor ${hearing.value.state}`} aria-hidden="true" />
      </a>
      <nav aria-label="Places">
        {(['shelf', 'images', 'tokens', 'audit'] as const).filter(mayGo).map((place) => (
          <a key={place} href={writeRoute({ place })} aria-current={here === place ? 'page' : undefined}>
            {titles[place]}
          </a>
        ))}
      </nav>
      <Heard />
      <button type="button" class="find" onClick={() => sheet('palette')}>
        <span>Find or do</span> <kbd>Ctrl K</kbd>
      </button>
      <button
        type="button"
        class="plain scheme"
        onClick={turnScheme}
        aria-label={`Light or dark: now ${scheme.value === 'system' ? 'as the system has it' : scheme.value}`}
        title={scheme.value === 'system' ? 'as the system has it' : scheme.value}
      >
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" class={scheme.value}>
          <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" />
          <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
        </svg>
      </button>
      <button
        type="button"
        class="plain keys-button"
        onClick={() => sheet('keys')}
        aria-label="Show the keys"
      >
        ?
      </button>
      <Who />
    </header>
  );
}

/** Who one is for vmd, and the way out. */
function Who() {
  if (!grant.value) return null;
  const { who, scope } = grant.value;
  return (
    <div class="who-menu">
      <Menu
        label={`${who}: this page has that token, whose scope is ${scope}`}
        text={who}
        items={[
          { label: 'Light or dark', act: turnScheme },
          { label: 'Show the keys', keys: '?', act: () => sheet('keys') },
          { label: 'Sign out', act: () => leave() },
        ]}
      />
    </div>
  );
}

/** Says it where vmd is not heard. */
function Heard() {
  const now = useNow(hearing.value.state === 'lost');
  const { value } = hearing;
  return (
    <span class="heard" role="status">
      {value.state === 'lost' &&
        (value.why?.message ??
          `vmd does not answer; asking again in ${Math.max(0, Math.ceil((value.again - now) / 1000))} s`)}
    </span>
  );
}
