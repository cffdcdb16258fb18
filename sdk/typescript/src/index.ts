// What a product imports.
export { Freehold, type KeyOptions, type ReturnOptions } from './freehold.js';
export { FreeholdError, Forbidden, LimitReached, NotSignedIn, Unavailable } from './errors.js';
export type { EventsOptions } from './feed.js';
export type { Gates, Snapshot } from './gates.js';
export type { Identity, Requirements } from './identity.js';
export type { BufferedUsage, FeaturePolicy, MeterPolicy, Options, RefusedUsage } from './options.js';
export type { Hold, ReserveOptions } from './reservation.js';
export type * from './types.js';
export type { Decision } from './usage.js';
export type { NodeRequest, WebRequest } from './visitor.js';
