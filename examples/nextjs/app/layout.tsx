export default function Layout({ children }: { children: React.ReactNode }) {
  return <html lang="en"><head><title>Notes</title></head><body>{children}</body></html>;
}
