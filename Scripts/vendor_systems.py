"""The systems of vendors that Scripts/vendor-faults and Scripts/bench follow use: real servers, what the
vendor's engineer does there, a proxy before them, and our side as commands."""

import http.client
import http.server
import json
import os
import pathlib
import signal
import subprocess
import threading
import urllib.parse

import measuring
from measuring import SCRIPTS, Trouble, say

POLL_SECONDS = 15  # the shortest interval that a connector may have


class LosingProxy:
    """Hands requests on to a server, and loses a share of its answers after it acted."""

    def __init__(self, target, share, choice):
        self.share, self.choice, self.lost, self.passed = share, choice, 0, 0
        self.lock = threading.Lock()
        place = urllib.parse.urlsplit(target)
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def hand_on(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                # A client that was killed is told nothing; the server acted all the same.
                try:
                    answer, content = proxy.ask(place, self.command, self.path, self.headers, body)
                except (OSError, http.client.HTTPException):
                    self.close_connection = True
                    return
                if proxy.loses():
                    self.close_connection = True
                    return
                self.send_response_only(answer.status, answer.reason)
                for name, value in answer.getheaders():
                    if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    try:
                        self.wfile.write(content)
                    except (BrokenPipeError, ConnectionResetError):
                        self.close_connection = True

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # the client was killed

            do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = hand_on

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}{place.path}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @staticmethod
    def ask(place, method, path, headers, body):
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        try:
            sent = {k: v for k, v in headers.items() if k.lower() not in ("connection", "host")}
            connection.request(method, path, body or None, sent | {"Host": place.netloc})
            answer = connection.getresponse()
            return answer, answer.read()
        finally:
            connection.close()

    def loses(self):
        with self.lock:
            is_lost = self.choice.random() < self.share
            self.lost += is_lost
            self.passed += not is_lost
            return is_lost

    def stop(self):
        self.share = 0


class Vendor:
    """What the vendor's engineer does at the real server, past our program and the proxy."""

    longest = 6 * 3600  # seconds after which a forgotten server ends by itself

    def __init__(self, folder, url, key, vendor_key):
        self.folder, self.url, self.key, self.vendor_key = folder, url, key, vendor_key

    @classmethod
    def script_run(cls, command, folder):
        """Runs the script of the server and returns what it prints."""
        words = ["bash", str(SCRIPTS / "vendors" / cls.script), command, str(folder), str(cls.port)]
        ran = subprocess.run(words, capture_output=True, encoding="utf-8",
                             env=os.environ | {"MAX_SECONDS": str(cls.longest)})
        if ran.returncode != 0:
            raise Trouble(f"{cls.name}: '{command}' fails: {ran.stderr.strip()}")
        return ran.stdout

    @classmethod
    def start(cls, folder):
        """Starts a server of its own and returns what speaks with it as the vendor's engineer."""
        told = cls.script_run("start", folder).split()
        values = dict(line.split("=", 1) for line in told if "=" in line)
        return cls(folder, *(values[f"{cls.prefix}_{name}"] for name in ("URL", "KEY", "VENDOR_KEY")))

    def kill(self):
        """Kills the server; what it keeps is on the disk."""
        os.killpg(int((self.folder / "leader").read_text()), signal.SIGKILL)

    def restart(self):
        self.script_run("restart", self.folder)

    def stop(self):
        self.script_run("stop", self.folder)

    def call(self, method, path, body=None):
        place = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        headers = self.credential() | {"Content-Type": "application/json"}
        connection.request(method, place.path + path, json.dumps(body) if body else None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status >= 300:
            raise Trouble(f"{self.name} answers {answer.status} to {method} {path}: {content[:200]}")
        return json.loads(content) if content.strip() else None


class RequestTracker(Vendor):
    name, script, port, prefix = "Request Tracker", "rt5.sh", 18185, "MAINSTAY_TEST_RT"
    library, folder = "org.mainstay.requesttracker", "RequestTracker"
    options = ["queue=Vendor Support", "account=connector"]
    states = {"open": "working", "stalled": "needs_us", "resolved": "fix_offered"}

    def credential(self):
        return {"Authorization": f"token {self.vendor_key}"}

    def open(self, title):
        """Opens a case of ours; returns its id."""
        made = self.call("POST", "/ticket", {"Queue": "Vendor Support", "Subject": title})
        return str(made["id"])

    def reply(self, case, text):
        self.call("POST", f"/ticket/{case}/correspond", {"Content": text, "ContentType": "text/plain"})

    def set_status(self, case, status):
        self.call("PUT", f"/ticket/{case}", {"Status": status})

    def status(self, case):
        return self.call("GET", f"/ticket/{case}")["Status"]

    def texts(self, case):
        """The texts of all that was written into a case, the request first."""
        found, page = [], 1
        while True:
            query = urllib.parse.urlencode({
                "query": f"TicketId = {case} AND (Type = 'Correspond' OR Type = 'Create')",
                "orderby": "id", "order": "ASC", "per_page": 100, "page": page})
            items = self.call("GET", f"/transactions?{query}")["items"]
            for item in items:
                parts = self.call("GET", f"/transaction/{item['id']}/attachments"
                                         "?fields=ContentType,Content")["items"]
                found.append("\n".join(part.get("Content") or "" for part in parts))
            if len(items) < 100:
                return found
            page += 1


class Redmine(Vendor):
    name, script, port, prefix = "Redmine", "redmine.sh", 18186, "MAINSTAY_TEST_REDMINE"
    library, folder = "org.mainstay.redmine", "Redmine"
    options = ["project=vendor-support"]
    states = {"In Progress": "working", "Feedback": "needs_us", "Resolved": "fix_offered"}

    def credential(self):
        return {"X-Redmine-API-Key": self.vendor_key}

    def open(self, title):
        """Opens a case of ours; returns its id."""
        issue = {"project_id": "vendor-support", "subject": title}
        return str(self.call("POST", "/issues.json", {"issue": issue})["issue"]["id"])

    def reply(self, case, text):
        self.call("PUT", f"/issues/{case}.json", {"issue": {"notes": text}})

    def set_status(self, case, status):
        statuses = self.call("GET", "/issue_statuses.json")["issue_statuses"]
        number = next(each["id"] for each in statuses if each["name"] == status)
        self.call("PUT", f"/issues/{case}.json", {"issue": {"status_id": number}})

    def status(self, case):
        return self.call("GET", f"/issues/{case}.json")["issue"]["status"]["name"]

    def texts(self, case):
        issue = self.call("GET", f"/issues/{case}.json?include=journals")["issue"]
        notes = [each["notes"] for each in issue["journals"] if each.get("notes")]
        return [issue["description"]] + notes


class House:
    """Our side: an installation in a folder, used by commands alone."""

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.environment = measuring.clean_environment(MAINSTAY_DATA=str(folder / "data"))

    def run(self, *words, check=True, secret=None):
        ran = subprocess.run([self.program, *words], env=self.environment, cwd=self.folder,
                             input=secret, capture_output=True, encoding="utf-8")
        if check and ran.returncode != 0:
            raise Trouble(f"'mainstay {' '.join(words)}' fails: {ran.stderr.strip()}")
        return ran.stdout

    def json(self, *words):
        return json.loads(self.run(*words, "--json"))["results"][0]

    def approve(self, ref):
        """Approves the bytes of all that waits for it; asks again when the answer was lost."""
        for tries_left in range(9, -1, -1):
            try:
                for message in self.json("case", "preview", ref)["messages"]:
                    if message["state"] == "held":
                        self.run("case", "preview", ref, "--message", message["key"],
                                 "--approve", message["sha256"])
                return
            except Trouble as trouble:
                if not tries_left or "gave no answer" not in str(trouble):
                    raise

    def start(self, *words):
        return subprocess.Popen([self.program, *words], env=self.environment, cwd=self.folder,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def set_up(house, vendor, proxy, archive, cases):
    """An installation that follows cases through the proxy; returns their names on both sides."""
    house.run("init")
    house.run("connector", "install", archive)
    house.run("vendor", "new", "works")
    options = [word for option in vendor.options for word in ("--option", option)]
    house.run("connector", "add", "works-desk", vendor.library, "--vendor", "works", "--url",
              proxy.url, "--plain-http", "--secret", "-", "--poll", str(POLL_SECONDS), *options,
              secret=vendor.key)
    found = []
    for number in range(cases):
        ref = house.json("case", "open", f"Case {number}", f"This is case {number}", "--vendor",
                         "works", "--connector", "works-desk")["ref"]
        house.approve(ref)
        house.run("case", "sync")
        remote = house.json("case", "show", ref)["remoteID"]
        if remote is None:
            raise Trouble(f"Case {ref} did not reach {vendor.name}")
        found.append((ref, remote))
    return found


def archive_of(kind, program, folder):
    """The archive of a connector, packed from its sources where no folder is named."""
    if folder is None:
        source = SCRIPTS.parent / "Plugins" / kind.folder
        target = SCRIPTS.parent / ".build"
        say(f"{kind.name}: packing its connector ...")
        made = subprocess.run([program, "connector", "pack", str(source), "--into", str(target)],
                              capture_output=True, encoding="utf-8")
        if made.returncode != 0:
            raise Trouble(f"The connector is not packed: {made.stderr.strip()}")
        return made.stdout.strip()
    found = sorted(pathlib.Path(folder).glob(f"{kind.library}-*.connector.tar"))
    if not found:
        raise Trouble(f"{folder} has no archive of {kind.library}")
    return str(found[-1])


KINDS = {"rt": RequestTracker, "redmine": Redmine}
