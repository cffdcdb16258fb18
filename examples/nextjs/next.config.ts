import type { NextConfig } from 'next';

export default { basePath: '/app', turbopack: { root: import.meta.dirname } } satisfies NextConfig;
