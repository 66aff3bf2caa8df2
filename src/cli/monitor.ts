import { seat } from './sit.ts';

export default seat('monitor');
