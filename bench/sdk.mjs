// A gate's check in the SDK for JavaScript, beside the in-memory checks of Unleash and OpenFeature in
// the same process.
//
//   node bench/sdk.mjs [MILLISECONDS [ROUNDS]]
//
// Needs sdk/typescript/dist (./dev build makes it).
import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import { Unleash } from 'unleash-client';
import { Freehold } from '../sdk/typescript/dist/index.js';
import { Fake } from '../sdk/testing/fake.mjs';
import { fail, median, stop } from './measure.mjs';

const milliseconds = Number(process.argv[2] ?? 200);
const rounds = Number(process.argv[3] ?? 9);
const batch = 2000;
const feature = 'documents.export';

const fake = await Fake.start();
const { id: tenant } = fake.createTenant();
const freehold = new Freehold({ url: fake.url, productKey: fake.productKey });
const gates = await freehold.gates(tenant);

// A feature that is on for one tenant, from memory: no server is asked.
const unleash = new Unleash({
  appName: 'bench', url: fake.url, refreshInterval: 0, disableMetrics: true, skipInstanceCountWarning: true,
  bootstrap: {
    data: [{
      name: feature, enabled: true, type: 'release', stale: false, impressionData: false, variants: [],
      strategies: [{
        name: 'default', parameters: {},
        constraints: [
          { contextName: 'tenant', operator: 'IN', values: [tenant], inverted: false, caseInsensitive: false },
        ],
      }],
    }],
  },
});
unleash.on('error', () => {});  // the fake is no Unleash; the bootstrap stays
await new Promise((resolve) => unleash.once('ready', resolve));
const context = { properties: { tenant } };

await OpenFeature.setProviderAndWait(new InMemoryProvider({
  [feature]: {
    disabled: false, variants: { on: true, off: false }, defaultVariant: 'off',
    contextEvaluator: (asked) => (asked.tenant === tenant ? 'on' : 'off'),
  },
}));
const openFeature = OpenFeature.getClient();

// `run` makes a batch of checks. Ours are fresh: the heartbeat that came meanwhile is read before.
const contenders = [
  {
    name: 'freehold gates.isEnabled',
    run: () => { for (let i = 0; i < batch; ++i) if (!gates.isEnabled(feature)) fail('off'); },
  },
  {
    name: 'freehold await isEnabled',
    run: async () => { for (let i = 0; i < batch; ++i) if (!(await freehold.isEnabled(tenant, feature))) fail('off'); },
  },
  {
    name: 'unleash isEnabled', goal: 5,
    run: () => { for (let i = 0; i < batch; ++i) if (!unleash.isEnabled(feature, context)) fail('off'); },
  },
  {
    name: 'openfeature in memory', goal: 5,
    run: async () => {
      for (let i = 0; i < batch; ++i) if (!(await openFeature.getBooleanValue(feature, false, { tenant }))) fail('off');
    },
  },
];

async function rateOf(run) {
  while (gates.stale) await new Promise((resolve) => setTimeout(resolve, 10));
  const begin = performance.now();
  let done = 0;
  for (; performance.now() - begin < milliseconds; done += batch) await run();
  return done / (performance.now() - begin) * 1000;
}

for (const each of contenders) each.rates = [await rateOf(each.run)].slice(1);  // the first warms up
for (let round = 0; round < rounds; ++round) {
  for (const { run, rates } of contenders) rates.push(await rateOf(run));
}

const [ours] = contenders;
console.log(`\n${'a check of a feature'.padEnd(26)} checks/s   us/check   ours / its   goal`);
for (const { name, rates, goal } of contenders) {
  const rate = median(rates);
  const ratio = rates === ours.rates ? '' : median(ours.rates.map((own, i) => own / rates[i])).toFixed(1);
  console.log(`${name.padEnd(24)} ${rate.toFixed(0).padStart(10)}${(1e6 / rate).toFixed(3).padStart(11)}`
    + `${ratio.padStart(13)}${String(goal ?? '').padStart(7)}`);
}
const slowest = 1e6 / Math.min(...ours.rates);
if (slowest > 5) fail(`a check took ${slowest.toFixed(2)} us; 5 are the most`);

await freehold.close();
unleash.destroy();
await OpenFeature.close();
await fake.stop();
await stop();
