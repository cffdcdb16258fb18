// What happened, in the order in which it was committed: as a stream that goes on after the last event
// when it breaks, or page by page.
import { Unavailable, type FreeholdError } from './errors.js';
import { dataOf, follow } from './follow.js';
import { withQuery, type Api } from './http.js';
import { pause } from './pause.js';
import type { Event, EventList } from './types.js';

export interface EventsOptions {
  /** The cursor of the last event that was handled. Without it: from the oldest that is kept. */
  after?: string | undefined;
  /** As `['tenant.created', 'subscription.*']`. Default: all. */
  types?: string[] | undefined;
  /** Of this tenant only. */
  tenant?: string | undefined;
  /** Ask for pages every so many milliseconds instead of holding a stream: where a proxy forbids one. */
  pollEvery?: number | undefined;
  /** Go on waiting for what happens next. Default: true. */
  follow?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

const quiet = 15_000;
const mostRemembered = 1024;

type Hook = (error: FreeholdError) => void;

/**
 * Every event after `after`, at least once and without a gap; keep the cursor of what you have handled.
 * Ends when the signal is aborted. Throws FreeholdError: `cursor_expired` for one that is older than 90 days.
 */
export async function* events(api: Api, options: EventsOptions, stop: AbortSignal, onError: Hook) {
  const controller = new AbortController();
  const end = () => controller.abort();
  const signals = [stop, options.signal].filter((signal) => signal !== undefined);
  for (const signal of signals) signal.addEventListener('abort', end, { once: true });
  if (signals.some(({ aborted }) => aborted)) end();
  try {
    const isStream = options.pollEvery === undefined && (options.follow ?? true);
    const source = isStream ? streamed : paged;
    yield* once(source(api, options, controller.signal, onError));
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', end);
    end();
  }
}

async function* streamed(api: Api, options: EventsOptions, signal: AbortSignal, onBreak: Hook) {
  const path = withQuery('/api/v1/events/stream', fieldsOf(options, options.after));
  for await (const message of follow({ api, path, signal, quiet, background: false, readyIsPlace: false, onBreak })) {
    if (message.id === undefined || message.event === 'ready' || message.event === 'heartbeat') continue;
    yield dataOf<Event>(message);
  }
}

async function* paged(api: Api, options: EventsOptions, signal: AbortSignal, onBreak: Hook) {
  const isFollowing = options.follow ?? true;
  let { after } = options;
  for (;;) {
    const path = withQuery('/api/v1/events', { ...fieldsOf(options, after), limit: 100 });
    const page = await api.call<EventList>(path, { signal }).catch((error: unknown) => {
      if (!isFollowing || !(error instanceof Unavailable)) throw error;
      onBreak(error);
    });
    yield* page?.data ?? [];
    after = page?.next_cursor ?? page?.data.at(-1)?.cursor ?? after;
    if (page?.has_more) continue;
    if (!isFollowing) return;
    await pause(options.pollEvery ?? 1000, { signal });
  }
}

function fieldsOf({ types, tenant }: EventsOptions, after: string | undefined) {
  return { after, types: types?.join(','), tenant_id: tenant };
}

// An event that comes again within a thousand others is left out.
async function* once(source: AsyncGenerator<Event>): AsyncGenerator<Event> {
  const seen = new Set<string>();
  for await (const event of source) {
    if (seen.has(event.id)) continue;
    seen.add(event.id);
    if (seen.size > mostRemembered) seen.delete(seen.values().next().value!);
    yield event;
  }
}
