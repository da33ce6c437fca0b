"""License files, the pool, what frees licenses, and purging.

docs/MODEL.md, "Licenses", "Purging", "Leaving".
"""

from units import DAY, NEVER, Schedule, optional


class Licenses:
    def build_files(self):
        """The calendar of lines; a file whose place another one has taken has none of its own any more."""
        self.files = {}
        for name, f in self.sc["licenses"].items():
            legacy = f.get("format", "slic" if self.version >= 8.1 else "legacy") == "legacy"
            self.files[name] = dict(
                begin=self.instant(f["from"]) if "from" in f else 0, nodes=f["nodes"], legacy=legacy, replaced=NEVER,
                end=self.instant(f["until"], True) if "until" in f else NEVER,
                aup=self.instant(f["aup_until"], True) if "aup_until" in f else None)
        for name, f in self.sc["licenses"].items():
            if "replaces" in f:
                self.files[f["replaces"]]["replaced"] = self.files[name]["begin"]
        for f in self.files.values():
            later = [g["begin"] for g in self.files.values() if g["legacy"] and f["legacy"] and g["begin"] > f["begin"]]
            f["replaced"] = min([f["replaced"]] + later)
        calendar = []
        for name, f in self.files.items():
            lines = [(max(f["begin"], 0), 0, "license_file_starts"), (f["end"], 1, "license_file_ends")]
            if f["aup"] is not None:
                lines += [(f["aup"] - 56 * DAY, 2, "aup_notice"), (f["aup"], 3, "aup_ends")]
            calendar += [(t, order, name, word) for t, order, word in lines if 0 <= t < min(f["replaced"], NEVER)]
            f["end"] = min(f["end"], f["replaced"])
        for i, (t, _, _, word) in enumerate(sorted(calendar)):
            self.push(t, "LicenseFileEvent", i, lambda word=word: self.file_event(word))
        self.was_covered = self.worked = True

    def count(self, t):
        """The files that count: of legacy files the one that came last, alone, if it has not ended."""
        come = [f for f in self.files.values() if f["begin"] <= t]
        last = max((f["begin"] for f in come if f["legacy"]), default=None)
        return [f for f in come if t < f["end"] and (not f["legacy"] or f["begin"] == last)]

    def nodes(self, t):
        """Their sum; None: no file counts (E1)."""
        counting = self.count(t)
        if not counting:
            return None
        return NEVER if any(f["nodes"] == "unlimited" for f in counting) else sum(f["nodes"] for f in counting)

    def covered(self, t):
        """M3: the earliest end of maintenance of the files that count holds."""
        ends = [f["aup"] for f in self.count(t) if f["aup"] is not None]
        return self.released is None or not ends or self.released <= min(ends)

    def file_event(self, word):
        self.log(None, word)
        self.cover_changes()
        if word == "license_file_ends" and self.platform.get("on_expiry", "keep") == "release" and self.nodes(self.now) is None:
            for c in self.clients:
                self.release(c)

    def cover_changes(self):
        if self.covered(self.now) != self.was_covered:
            self.was_covered = not self.was_covered
            self.log(None, "version_covered" if self.was_covered else "version_not_covered")
        self.works_again()

    def upgrade(self, spec):
        self.version, self.released = self.version_number(spec["version"]), self.instant(spec["released"])
        self.log(None, "upgraded")
        self.cover_changes()

    def release(self, c):
        """A holding time ends with its license."""
        if c.license:
            c.license = False
            self.in_use -= 1
            c.arms.pop("HoldingEnds", None)
            self.log(c, "license_released")

    def licensing_refresh(self):
        """V1, V3: licenses of Retired and deleted records; 6.x releases nothing for Retired."""
        for c in list(self.clients):
            if c.rec == "Retired" and self.version >= 7 or c.rec == "Deleted":
                self.release(c)
        self.log(None, "licensing_refresh")

    def scheduled_refresh(self):
        self.licensing_refresh()
        self.push(self.refresh.next(self.now + 1), "LicensingRefresh", 0, self.scheduled_refresh)

    def time_is_over(self, c):
        """A lifetime or a holding time: retired and switched off."""
        if c.alive and c.rec not in (None, "Deleted"):
            self.leave(c, {}, "Retired", "retired")

    # ---------- purging

    def build_purging(self):
        spec = self.platform.get("purging")
        if spec:
            self.purge = Schedule(spec.get("check", {"daily": "02:00"}), self.start)
            self.push(self.purge.next(0), "PurgeCheck", 0, self.purge_check)

    def purge_check(self):
        """V9: by the last Basic Inventory that the server processed."""
        spec = self.platform["purging"]
        retire, delete = optional(spec.get("retire_after", "never")), optional(spec.get("delete_after", "never"))
        for c in self.clients:
            if c.rec in (None, "Deleted") or c.uninstalled and not spec.get("uninstalled_agents", False):
                continue
            silent = self.now - self.last_inventory(c, self.now)
            if c.rec == "Active" and silent >= retire:
                self.set_status(c, "Retired", "retired")
            if silent >= delete:
                self.set_status(c, "Deleted", "deleted")
            self.settle(c)
        self.push(self.purge.next(self.now + 1), "PurgeCheck", 0, self.purge_check)
