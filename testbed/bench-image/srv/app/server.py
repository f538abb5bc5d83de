# The service that every container of the bench runs: answers over HTTP, and asks its one API peer now and then.
import http.server
import os
import socketserver
import threading
import time
import urllib.request


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b"alive\n"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def ask_api():
    while True:
        try:
            urllib.request.urlopen(f"http://{os.environ['API']}:8000/v1/prices", timeout=2).read()
        except OSError:
            pass
        time.sleep(2)


server = Server(("0.0.0.0", int(os.environ.get("PORT", "8090"))), Handler)
threading.Thread(target=ask_api, daemon=True).start()
open("/tmp/app.ready", "w").close()
server.serve_forever()
