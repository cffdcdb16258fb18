import { behaviour } from './behaviour.mjs';
import { startFake } from './support.mjs';

behaviour(startFake);
