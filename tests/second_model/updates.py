"""Imports, patch update policies, new versions of packages, Software Update Cycles and tasks.

docs/MODEL.md, "Updates".
"""

from units import DAY, NEVER, Schedule, duration


class Updates:
    def build_updates(self):
        self.up = self.sc.get("updates")
        self.version_no, self.listed, self.policies, self.imports = 0, [], [], 0
        self.missed = []  # what was to be enabled by itself while nothing could be
        self.imported = self.sc["packages"].get("imported_before_start", not self.up)
        self.import_arming = 0
        if not self.up:
            return
        default = self.up.get("updates_per_bulletin", 1)
        self.bulletins = [(self.instant(b["published"]), b["name"], b.get("updates", default)) for b in self.up["bulletins"]]
        self.cycles = Schedule(self.up.get("cycle", {"daily": "21:00"}), self.start)
        self.failures = [(self.instant(f["from"]), self.instant(f["until"]) if "until" in f else NEVER) for f in self.up.get("import_fails", [])]
        self.schedule_imports(self.up.get("import", {"daily": "01:00"}), 0)

    # ---------- imports

    def schedule_imports(self, spec, t):
        self.import_schedule = Schedule(spec, self.start)
        self.import_arming += 1
        self.arm_import(t, self.import_arming)

    def arm_import(self, t, arming):
        def fire():
            if arming == self.import_arming:
                self.do_import()
                self.arm_import(self.now + 1, arming)

        self.push(self.import_schedule.next(t), "Import", 0, fire)

    def maintained(self, t):
        """M2: maintenance has not ended."""
        ends = [f["aup"] for f in self.count(t) if f["aup"] is not None]
        return not ends or t < min(ends)

    def works(self):
        """A license file counts (E1), and maintenance covers the version (M3)."""
        return self.nodes(self.now) is not None and self.covered(self.now)

    def do_import(self):
        """Lists what was published by then; the first one brings both packages (C4)."""
        self.imports += 1
        if not self.works() or not self.maintained(self.now):
            return self.log(None, "import_refused")
        if any(begin <= self.now < end for begin, end in self.failures):
            return self.log(None, "import_failed")
        new = [b for b in self.bulletins if b[0] <= self.now and b not in self.listed]
        self.listed += new
        if new or self.up.get("new_versions") == "every_import":
            self.version_no += 1
        self.imported = True
        self.log(None, "import")
        if new and self.up.get("enable", "never") != "never":
            names = [b[1] for b in new]
            self.push(self.now + duration(self.up["enable"]), "EnableBulletins", self.imports, lambda: self.enable_itself(names))
        for c in self.clients:
            self.settle(c)

    # ---------- enabling

    def enable_itself(self, names):
        if not self.works():
            self.missed.append(names)
        self.enable(names)

    def enable(self, names):
        """One patch update policy for what is not enabled yet; nothing by E1 and M3."""
        named = [b for b in self.listed if names == "all" or b[1] in names]
        if named and not self.works():
            for _ in named:
                self.log(None, "enable_refused")
            return
        done = [b for p in self.policies for b in p]
        new = [b for b in named if b not in done]
        self.log(None, "bulletins_enabled")
        if new:
            self.policies.append(new)
        for c in self.clients:
            self.settle(c)

    def works_again(self):
        """What was to be enabled meanwhile is enabled at this instant."""
        if not self.up or not self.works():
            return
        missed, self.missed = self.missed, []
        for names in missed:
            self.push(self.now, "EnableBulletins", 0, lambda names=names: self.enable_itself(names))
        for c in self.clients:
            self.settle(c)

    # ---------- what requests bring

    def usable(self, c):
        return not c.outdated or self.sc["packages"]["assessment_scan"].get("old_version_usable", True)

    def deployable(self, c):
        return c.license and c.plugin == "installed" and c.pkg == "ready" and c.rec == "Active" and self.usable(c) and self.works()

    def wants_policies(self, c):
        return len(c.got) < len(self.policies) and c.cycle != "applying" and self.deployable(c)

    def wants_version(self, c):
        return c.pkg == "ready" and c.pkg_version < self.version_no and not c.dl and not c.next_dl

    def something_new(self, c):
        return self.up and (self.wants_policies(c) or self.wants_version(c))

    def update_request(self, c):
        """Policies first, then a new version of the scan package."""
        if self.wants_policies(c):
            self.schedule_updates(c)
            if not c.cycle and "UpdateCycle" not in c.arms:
                self.arm_cycle(c, self.now)
            if self.scan.get("on_update_policy", True):
                self.extra_scan(c)
        if self.wants_version(c):
            self.log(c, "package_outdated")
            c.loading_version, c.outdated = self.version_no, True
            self.download(c, "version")
        self.settle(c)

    def pending(self, c, states=("scheduled", "applying")):
        return [p for p, state in c.got.items() if state in states]

    def schedule_updates(self, c):
        new = [p for p in range(len(self.policies)) if p not in c.got]
        c.got.update((p, "scheduled") for p in new)
        if new:
            self.log(c, "updates_scheduled")

    def version_ready(self, c):
        c.pkg_version, c.changed, c.outdated = c.loading_version, True, False
        self.log(c, "package_refreshed")

    def tools_ready(self, c):
        c.tools = c.loading_tools
        self.log(c, "tools_ready")
        if c.pkg == "loaded":
            self.package_ready(c)
        if c.cycle == "waiting":
            if not self.deployable(c) or self.window_opens(self.now) > self.now and not c.task:
                self.cycle_stops(c)
            else:
                self.execute(c)

    # ---------- cycles

    def window_opens(self, t):
        """The first instant at or after t at which a maintenance window is open."""
        windows = self.up.get("maintenance_windows", [])
        while windows and t < self.end + DAY:
            on, edge = self.windows_at(windows, t)
            if on:
                break
            t = edge
        return t

    def cycle_start(self, c, t):
        """A window is open, and the PC is on."""
        while t < self.end + DAY:
            u = self.when_on(c, self.window_opens(t))
            if u == t:
                return t
            t = u
        return NEVER

    def arm_cycle(self, c, t):
        """The first cycle due at or after t, for a client with pending updates."""
        if self.pending(c):
            c.arms.pop("UpdateCycle", None)
            self.arm(c, "UpdateCycle", self.cycle_start(c, self.cycles.next(t)), self.cycle_begins)

    def cycle_begins(self, c):
        """U1: Patch Install Tools that are missing or older are downloaded first."""
        if not self.deployable(c):
            c.task = False
            self.log(c, "cycle_stopped")
            return self.arm_cycle(c, self.now + 1)
        if self.scan.get("on_cycle_start", True):
            self.extra_scan(c)
        if c.tools >= self.version_no:
            return self.execute(c)
        c.cycle = "waiting"
        self.log(c, "tools_wanted")
        self.arm(c, "UpdateCycle", self.when_on(c, self.now + duration(self.up.get("tools_wait", "4h"))), self.cycle_stops)
        if not (c.dl and c.dl["what"] == "tools") and "tools" not in c.next_dl:
            self.download(c, "tools")

    def cycle_stops(self, c):
        c.cycle, c.task = None, False
        self.log(c, "cycle_stopped")
        self.arm_cycle(c, self.now + 1)
        self.settle(c)

    def execute(self, c):
        c.cycle = "applying"
        c.got.update((p, "applying") for p in self.pending(c))
        self.log(c, "updates_executing")
        c.arms.pop("UpdateCycle", None)
        self.arm(c, "UpdateCycle", self.when_on(c, self.now + duration(self.up["install"])), self.cycle_ends)
        self.settle(c)

    def cycle_ends(self, c):
        c.cycle, c.task = None, False
        c.got.update((p, "installed") for p in self.pending(c, ("applying",)))
        c.changed = True
        self.log(c, "cycle_ended")
        if self.scan.get("on_cycle_end", True):
            self.extra_scan(c)
        self.arm_cycle(c, self.now + 1)
        self.settle(c)

    def drop_updates(self, c):
        """What was scheduled is lost, what was installed is not; scans beside the grid are cut."""
        if self.pending(c):
            self.log(c, "updates_dropped")
        c.got = {p: state for p, state in c.got.items() if state == "installed"}
        c.cycle, c.task, c.epoch = None, False, c.epoch + 1
        c.arms.pop("UpdateCycle", None)

    # ---------- tasks

    def task_refused(self, selector):
        """M4: a bulletin that is not enabled; E1, M3."""
        done = {b[1] for p in self.policies for b in p}
        names = selector["bulletins"]
        return not self.works() or not done or names != "all" and any(n not in done for n in names)

    def do_installation_task(self, c, selector):
        """Brings what is enabled and not yet there, then starts a cycle at once, whatever the windows."""
        if self.wants_policies(c):
            self.schedule_updates(c)
            if self.scan.get("on_update_policy", True):
                self.extra_scan(c)
        if self.pending(c) and c.cycle != "applying":
            c.cycle, c.task = None, True
            self.log(c, "task_received")
            c.arms.pop("UpdateCycle", None)
            self.arm(c, "UpdateCycle", self.when_on(c, self.now), self.cycle_begins)
