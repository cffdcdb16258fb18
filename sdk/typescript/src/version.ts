// Of this package, for the User-Agent.
export const version = '0.1.0';
