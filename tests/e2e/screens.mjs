// The screens of the product, as the demo workspaces of `freehold up` show them: what is checked in
// every colour and size, and photographed.
// Whom the tour logs in; nobody for public pages.
const people = {
  jonas: 'Log in as Jonas Silva',
  ada: 'Log in as Ada Park',
  maya: 'Log in as Maya Okafor',
  priya: 'Log in as Priya Nair',
  staff: 'Open the staff panel',
};

const northwind = '/t/northwind-labs';
export const screens = [
  { name: 'tour', path: '/tour' },
  { name: 'pricing', path: '/pricing' },
  { name: 'signup', path: '/signup' },
  { name: 'login', path: '/login' },
  { name: 'home', path: northwind, as: 'jonas' },
  { name: 'home-trial', path: '/t/lighthouse-studio', as: 'maya' },
  { name: 'start', path: '/t/lighthouse-studio/start', as: 'maya' },
  { name: 'home-past-due', path: '/t/copper-kettle', as: 'priya' },
  { name: 'usage', path: `${northwind}/usage`, as: 'jonas' },
  { name: 'documents', path: `${northwind}/documents`, as: 'jonas' },
  { name: 'documents-new', path: `${northwind}/documents/new`, as: 'jonas' },
  { name: 'export', path: `${northwind}/documents/export`, as: 'jonas' },
  { name: 'team', path: `${northwind}/team`, as: 'jonas' },
  { name: 'invitations', path: `${northwind}/team/invitations`, as: 'jonas' },
  { name: 'keys', path: `${northwind}/developers/keys`, as: 'jonas' },
  { name: 'audit', path: `${northwind}/audit`, as: 'jonas' },
  { name: 'settings', path: `${northwind}/settings`, as: 'jonas' },
  { name: 'billing', path: `${northwind}/billing`, as: 'jonas' },
  { name: 'billing-past-due', path: '/t/copper-kettle/billing', as: 'priya' },
  { name: 'billing-plans', path: `${northwind}/billing/plans`, as: 'jonas' },
  { name: 'billing-change', path: '/t/lighthouse-studio/billing/change?plan=pro&interval=month', as: 'maya' },
  { name: 'billing-cancel', path: `${northwind}/billing/cancel`, as: 'jonas' },
  { name: 'refused', path: `${northwind}/developers/keys`, as: 'ada' },
  { name: 'account', path: '/account/security', as: 'jonas' },
  { name: 'staff-login', on: 'staff', path: '/login' },
  { name: 'staff-tenants', on: 'staff', path: '/tenants', as: 'staff' },
  { name: 'staff-tenant', on: 'staff', path: '/tenants', link: 'Northwind Labs', as: 'staff' },
  { name: 'staff-subscription', on: 'staff', path: '/tenants', link: 'Copper Kettle', tab: 'Subscription', as: 'staff' },
  { name: 'staff-overrides', on: 'staff', path: '/tenants', link: 'Northwind Labs', tab: 'Entitlements', as: 'staff' },
  { name: 'staff-events', on: 'staff', path: '/tenants', link: 'Northwind Labs', tab: 'Event log', as: 'staff' },
  { name: 'staff-failed', on: 'staff', path: '/failed-events', as: 'staff' },
  { name: 'staff-health', on: 'staff', path: '/health', as: 'staff' },
  { name: 'simulator', on: 'simulator', path: '/' },
  { name: 'simulator-customer', on: 'simulator', path: '/', link: 'Copper Kettle' },
  { name: 'simulator-webhooks', on: 'simulator', path: '/webhooks' },
  { name: 'mailbox', on: 'simulator', path: '/mailbox' },
  { name: 'letter', on: 'simulator', path: '/mailbox', link: /Your/ },
];


const devices = ['desktop', 'phone'];
const schemes = ['light', 'dark'];
export const variants = devices.flatMap((device) => schemes.map((scheme) => ({ device, scheme })));

async function logIn(page, freehold, person) {
  await page.goto(`${freehold.product}/tour`);
  await page.getByRole('button', { name: people[person] }).click();
  await page.waitForURL((url) => url.pathname !== '/tour');
}


// Shows one screen after the other on a page, logging in whom each needs.
export async function eachScreen(page, freehold, wanted, look) {
  let current;
  for (const screen of wanted) {
    if (screen.as && screen.as !== current) await logIn(page, freehold, screen.as);
    current = screen.as ?? current;
    await page.goto(freehold[screen.on ?? 'product'] + screen.path);
    for (const link of [screen.link, screen.tab].filter(Boolean)) {
      await page.locator('main').getByRole('link', { name: link }).first().click();
    }
    await page.evaluate(() => document.fonts.ready);
    await look(screen);
  }
}
