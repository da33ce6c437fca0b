"""Downloads of a site: slots, shared bandwidth, outages, blockouts, PCs that go off.

docs/MODEL.md, "Downloads". Time within a site is fluid and exact (fractions); only lines are rounded.
"""

from fractions import Fraction

from units import MS, NEVER, duration, rate, size

RETRY = [3, 6, 12, 24, 48, 96, 120]
PACKAGE = {"plugin": "plugin", "scan": "assessment_scan", "version": "assessment_scan", "tools": "install_tools"}


class Site:
    def __init__(self, number, name, spec):
        self.n, self.name, self.spec = number, name, spec
        self.active, self.queue = {}, []
        self.t = Fraction(0)  # fluid time up to which its downloads are known
        self.arming = 0
        self.busy = False
        self.slots = spec.get("concurrent", 10**9)
        self.down = []  # [from, until, package or None, over]


class Downloads:
    def build_sites(self):
        for s in self.sites.values():
            for d in s.spec.get("down", []):
                period = [self.instant(d["from"]), self.instant(d["until"]) if "until" in d else NEVER, d.get("package"), False]
                s.down.append(period)
                self.push(max(period[0], 0), "PackageServerTurn", s.n, lambda s=s, p=period: self.server_turn(s, p, True))
                self.push(period[1], "PackageServerTurn", s.n, lambda s=s, p=period: self.server_turn(s, p, False))

    def site(self, c):
        return self.sites[self.groups[c.group]["site"]]

    def package_size(self, c, what):
        if what == "scan" and "package_size" in self.groups[c.group]:
            return size(self.groups[c.group]["package_size"])
        return size(self.sc["packages"][PACKAGE[what]]["update" if what == "version" else "size"])

    def download(self, c, what):
        """A client loads one package at a time; one of 0 bytes is not downloaded."""
        if c.dl:
            c.next_dl.append(what)
            return
        if what == "tools":
            c.loading_tools = self.version_no
        time, amount = self.site(c).spec.get("download_time"), self.package_size(c, what)
        if amount == 0:
            return self.loaded(c, what)
        c.dl = dict(what=what, left=Fraction(duration(time) if time else amount * 8), step=0, progress=False)
        self.ask(c)

    def loaded(self, c, what):
        handlers = {"plugin": self.plugin_loaded, "scan": self.package_complete, "version": self.version_ready, "tools": self.tools_ready}
        handlers[what](c)
        if c.next_dl:
            self.download(c, c.next_dl.pop(0))

    def blockout_end(self, s, t):
        while True:
            on, _ = self.windows_at(s.spec.get("blockouts", []), t)
            if not on:
                return t
            t = max(end for end, _ in on)

    def ask(self, c):
        """The four answers of a site, in this order; before it answers it completes what is complete."""
        s, d = self.site(c), c.dl
        self.bring_up(s)
        c.arms.pop("DownloadRetry", None)
        if any(p[0] <= self.now < p[1] and p[2] in (None, PACKAGE[d["what"]]) for p in s.down):
            self.failed(c)
        elif self.blockout_end(s, self.now) > self.now:
            self.log(c, "download_put_off")
            self.arm(c, "DownloadRetry", self.when_on(c, self.blockout_end(s, self.now) + self.spread), self.retry)
        elif len(s.active) + len(s.queue) >= s.slots:
            self.log(c, "download_queued")
            s.queue.append(c)
            self.watch_off(c)
        else:
            self.begin(s, c)
        self.rearm(s)

    def retry(self, c):
        if c.dl:
            self.ask(c)

    def begin(self, s, c):
        self.log(c, "download_started")
        s.active[c.n] = c
        self.watch_off(c)

    def watch_off(self, c):
        if self.stretches[c.group] is not None and "PcGoesOff" not in c.arms:
            self.arm(c, "PcGoesOff", self.stretch_at(c, self.now)[0][1], self.goes_off)

    def goes_off(self, c):
        """ "When its PC goes off, a download pauses and is asked for again when the PC is on"."""
        s = self.site(c)
        self.bring_up(s)
        if c.dl and (c.n in s.active or c in s.queue):
            self.take_out(s, c)
            self.log(c, "download_paused")
            self.arm(c, "DownloadRetry", self.when_on(c, self.now), self.retry)
            self.fill(s)
        self.rearm(s)

    def take_out(self, s, c):
        s.active.pop(c.n, None)
        if c in s.queue:
            s.queue.remove(c)
        c.arms.pop("PcGoesOff", None)

    def fill(self, s, most=10**9):
        """The one that waits longest starts when another ends."""
        while most and s.queue and len(s.active) < s.slots:
            most -= 1
            self.begin(s, s.queue.pop(0))

    def failed(self, c):
        """The ladder of retries; a download that made progress begins it anew."""
        d = c.dl
        d["step"] = 0 if d["progress"] else d["step"]
        d["progress"] = False
        wait = RETRY[min(d["step"], 6)] * MS["m"]
        d["step"] += 1
        self.log(c, "download_failed")
        self.arm(c, "DownloadRetry", self.when_on(c, self.now + wait), self.retry)

    def server_turn(self, s, period, down):
        """A package server fails, or one package of it; or serves again."""
        if self.now > period[1] or period[3]:
            return
        period[3] = not down
        package = period[2]
        words = ("package_unavailable", "package_available") if package else ("package_server_down", "package_server_up")
        self.log(None, words[0 if down else 1])
        if not down:
            return
        self.bring_up(s)
        for c in sorted(list(s.active.values()) + s.queue, key=lambda c: c.n):
            if package in (None, PACKAGE[c.dl["what"]]):
                self.take_out(s, c)
                self.failed(c)
        self.fill(s)
        self.rearm(s)

    def restart_server(self, name):
        s = self.sites[name]
        self.log(None, "package_server_restarted")
        for p in s.down:
            if p[0] < self.now < p[1]:
                p[1] = self.now
                self.push(self.now, "PackageServerTurn", s.n, lambda p=p: self.server_turn(s, p, False))

    # ---------- fluid time

    def speed(self, s, t):
        """What each download in progress gets at t, None without limit, and the next instant at which that may change."""
        blocked, edge = self.windows_at(s.spec.get("blockouts", []), t)
        if "download_time" in s.spec:
            return Fraction(0 if blocked else 1), edge
        throttled, other = self.windows_at(s.spec.get("throttle", []), t)
        specs = [s.spec] + [w for _, w in throttled]
        shared = [r for r in (rate(w.get("bandwidth")) for w in specs) if r is not None]
        limits = [r for r in (rate(w.get("per_client")) for w in specs) if r is not None]
        if shared:
            n = len([c for c in s.active.values() if c.dl["left"] > 0])
            limits.append(min(shared) / max(1, n))
        return (Fraction(0) if blocked else min(limits, default=None)), min(edge, other)

    def advance(self, s, to):
        while s.t < to:
            running = [c for c in s.active.values() if c.dl["left"] > 0]
            if not running:
                s.t = Fraction(to)
                break
            speed, edge = self.speed(s, s.t)
            if speed is None:
                for c in running:
                    c.dl["left"] = Fraction(0)
                continue
            until = min(Fraction(to), Fraction(edge))
            if speed > 0:
                until = min(until, s.t + min(c.dl["left"] for c in running) / speed)
                for c in running:
                    c.dl["left"] -= speed * (until - s.t)
                    c.dl["progress"] = True
            s.t = until

    def next_done(self, s):
        """The fluid instant at which the next download is complete, as things stand; None: never."""
        running = list(s.active.values())
        if not running:
            return None
        t, used, least = s.t, Fraction(0), min(c.dl["left"] for c in running)
        if least <= 0:
            return t
        while t < NEVER:
            speed, edge = self.speed(s, t)
            if speed is None:
                return t
            if speed > 0 and t + (least - used) / speed <= edge:
                return t + (least - used) / speed
            used += speed * (edge - t)
            t = Fraction(edge)
        return None

    def rearm(self, s):
        s.arming += 1
        t, arming = self.next_done(s), s.arming
        if t is not None:
            rounded = (2 * t + 1).__floor__() // 2
            self.push(max(rounded, self.now), "SiteDownloads", s.n, lambda: self.site_alarm(s, arming))

    def site_alarm(self, s, arming):
        if arming == s.arming:
            self.bring_up(s)
            self.rearm(s)

    def bring_up(self, s):
        """What is complete by now is complete: slots are free first, then each client has its line."""
        if s.busy:
            return
        s.busy = True
        limit = Fraction(self.now) + Fraction(1, 2)
        before = {id(c.dl): c.dl for c in s.active.values()}
        while (t := self.next_done(s)) is not None and t < limit:
            self.advance(s, t)
            done = [c for c in sorted(s.active.values(), key=lambda c: c.n) if c.dl["left"] <= 0 and id(c.dl) in before]
            if not done:
                break  # began in this very pass: a turn of its own
            for c in done:
                self.take_out(s, c)
            for c in done:
                self.complete(s, c)
        self.advance(s, self.now)
        s.busy = False

    def complete(self, s, c):
        what, c.dl = c.dl["what"], None
        self.log(c, "download_completed")
        self.loaded(c, what)
        self.settle(c)
        self.fill(s, 1)

    def break_off(self, c):
        """What was loaded is lost."""
        if not c.dl:
            return
        s = self.site(c)
        self.log(c, "download_broken_off")
        running = c.n in s.active
        self.advance(s, self.now)
        self.take_out(s, c)
        c.dl = None
        c.arms.pop("DownloadRetry", None)
        if running:
            self.bring_up(s)
        self.fill(s)
        self.rearm(s)
