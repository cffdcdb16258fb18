"""Notes: a product beside Freehold, in plain Python. Whatever is not about notes is Freehold's."""

import os
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

from freehold import Forbidden, Freehold, NotSignedIn
from psycopg_pool import ConnectionPool
from tenants import in_tenant

home = os.environ.get("HOME_URL", "http://localhost:3000/app")
freehold = Freehold(return_to=home)
pool = ConnectionPool(os.environ["DATABASE_URL"], open=True)


class Notes(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            self.answer()
        except NotSignedIn:
            self.send(303, Location=freehold.login_url())
        except Forbidden as error:
            self.send(403, escape(error.detail))

    do_POST = do_GET

    def answer(self):
        address = urlsplit(self.path)
        _, _, t, slug, deed = (address.path + "////").split("/")[:5]  # /app/t/acme/notes
        if t != "t":
            chosen = parse_qs(address.query).get("tenant", [None])[0] or freehold.verify(self).tenant_slug
            return self.send(303, Location=f"/app/t/{quote(chosen)}" if chosen else freehold.select_url())
        who = freehold.verify(self, tenant=slug)
        gates = freehold.gates(who.tenant)
        with pool.connection() as connection, in_tenant(connection, who.tenant) as notes:
            if self.command == "POST" and deed == "notes":
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                notes.execute("insert into note (text) values (%s)", form["text"])
            texts = [escape(text) for (text,) in notes.execute("select text from note order by id")]
        if deed == "export" and gates.is_enabled("notes.export"):
            return self.send(200, "<br>".join(texts))
        if deed == "export":
            return self.send(402, prompt("Export comes with a larger plan.", gates.snapshot()["upgrade_url"]))
        if self.command == "POST" and deed == "summaries":
            decision = freehold.consume(who.tenant, "notes.summaries")
            refused = prompt("All summaries are used up.", (decision.upgrade or {}).get("url", "/"))
            message = f"{len(texts)} notes, in short." if decision.allowed else refused
            return self.send(200 if decision.allowed else 402, page(who, gates, texts, message))
        if self.command == "POST":
            return self.send(303, Location=f"/app/t/{slug}")
        return self.send(200, page(who, gates, texts))

    def send(self, status, body="", **headers):
        self.send_response(status)
        for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(f'<!doctype html><html lang="en"><title>Notes</title>{body}'.encode())


def page(who, gates, texts, message=""):
    here = f"/app/t/{who.tenant_slug}"
    return f"""<h1>Notes of {escape(who.tenant_slug)}</h1><p>{escape(who.name)} · {escape(gates.snapshot()["plan_name"])} plan</p>
    <ul>{"".join(f"<li>{text}" for text in texts)}</ul>
    <form method="post" action="{here}/notes"><input name="text" aria-label="Note" required> <button>Add</button></form>
    <form method="post" action="{here}/summaries"><button>Summarise</button></form> <p role="status">{message}</p>
    <a href="{here}/export">{"Export" if gates.is_enabled("notes.export") else "Export (larger plans)"}</a>"""


def prompt(why, upgrade):
    return f'{why} <a href="{escape(upgrade)}">See plans</a>'


ThreadingHTTPServer(("localhost", int(os.environ.get("PORT", "3000"))), Notes).serve_forever()
