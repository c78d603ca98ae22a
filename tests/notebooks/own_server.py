"""Something that is asked over the network, and answers anew each time."""

from messy_notebook import MessyNotebook, Right, Target

NOTEBOOK = MessyNotebook(
    title="depends on the network",
    mess="a server answers each question with another number; nothing of what it said was kept",
    played=r"""
# %% imports
import secrets
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import urlopen
import celltrail
# %% server
class Numbers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(str(secrets.randbelow(10**9)).encode())
    def log_message(self, *words):
        pass
server = HTTPServer(("127.0.0.1", 0), Numbers)
threading.Thread(target=server.serve_forever, daemon=True).start()
# %% ask
answer = float(urlopen(f"http://127.0.0.1:{server.server_port}/").read())
# %% unrelated
colour = "red"
# %% measure
with celltrail.start_run("answer"):
    celltrail.log_metric("answer", answer)
""",
    targets=(Target("answer", Right.DIFFERS, "", "the network (["),),
)
