"""Scans: when they begin, and the verdict on their results.

docs/MODEL.md, "Scans", "Another rhythm", "Leaving".
"""

from units import NEVER, duration, optional


class Scans:
    def scan_grid(self, c):
        """(anchor, period) of the scheduled scans; another rhythm keeps the share of the period, rounded down."""
        period, phase = duration(self.scan["every"]), self.scan["phase"]
        anchor = c.anchor + period if phase == "after_package" else duration(phase)
        policy = self.policy_states[c.acted][1]["scan"]
        if "rhythm" not in policy:
            return anchor, period
        other = duration(policy["rhythm"]["every"])
        if "phase" in policy["rhythm"]:
            return duration(policy["rhythm"]["phase"]), other
        return anchor % period * other // period, other

    def next_scan_start(self, c, t, strict):
        """The first occurrence of the grid at or after t (strict: after t), or a start of the PC; none before the last result is made up."""
        t += strict
        x = self.periodic(c, *self.scan_grid(c), t, since=c.scans_since)
        if self.stretches[c.group] is not None and self.scan.get("on_agent_start", True):
            x = min([x] + [late for _, _, late in self.stretches[c.group] if late >= t][:1])
        return x

    def fit(self, c, begin):
        """A scan that could not end before the stretch does begins anew in the next one."""
        length, stretches = self.scan_length, self.stretches[c.group]
        if stretches is None or begin >= NEVER:
            return begin
        for a, b, late in stretches:
            if begin >= b:
                continue
            if begin < a:
                begin = min(late, b - length)
                if begin < a:
                    begin = b
                    continue
            if begin + length <= b:
                return begin
            begin = b
        return NEVER

    def schedule_scan(self, c, t, first=None, strict=False):
        """The next scheduled scan; `strict` after a result at t, `first` where it is none of the grid."""
        if strict or first is not None:
            c.scans_since = t + 1
        begin = self.fit(c, first if first is not None else self.next_scan_start(c, t, strict))
        c.arms.pop("ScanReturned", None)
        c.scan_begin, c.scan_of_grid = begin, first is None
        self.arm(c, "ScanReturned", begin + self.scan_length if begin < NEVER else NEVER, self.scan_returned)

    def on_client(self, c, by_task):
        """The verdicts on a scan that sends no result; None: it sends one."""
        if by_task and c.pkg != "ready" or not self.usable(c) or not self.works():
            return "scan_not_run"
        state = self.policy_states[c.acted][1]
        if not by_task and not self.targets(state["scan"], c):
            return "scan_not_run"
        if self.version >= 8.5 and not self.scans_targeted(c):
            return "scan_failed"
        when_changed = self.scan.get("resend_after_reject", "next_scan") == "when_changed"
        if self.up and self.scan.get("send_only_if_changed", True) and not c.changed and (c.license or when_changed):
            return "scan_unchanged"
        return None

    def on_server(self, c):
        """The verdicts on a result."""
        if not self.works():
            return "scan_not_run"
        if c.rec != "Active":
            return "scan_without_record"
        if c.license:
            return "scan_returned"
        return "scan_rejected" if self.in_use >= self.nodes(self.now) else "license_taken"

    def scan_ends(self, c, kind, by_task=False):
        """The verdict, by the state of this instant; None: the result waits in the event queue."""
        verdict = self.on_client(c, by_task)
        if verdict is None and self.unreachable_until(c, self.now) is not None:
            verdict = "scan_not_returned"
        if verdict:
            self.log(c, verdict)
            return verdict
        c.changed = False
        t = self.processed(self.now)
        if t == self.now:
            return self.judge(c)
        self.push(t, "ReportProcessed", self.arrival(c, self.now, kind), lambda: self.scan_processed(c, kind))
        return None

    def judge(self, c, waited=False):
        """A result is processed: the verdict, and what follows from it; one that waited counts as sent."""
        verdict = self.on_server(c)
        if verdict == "license_taken":
            c.license = True
            self.in_use += 1
            c.rejections = 0
            hold = optional(self.groups[c.group].get("holding_time", "never"))
            if hold < NEVER:
                self.arm(c, "HoldingEnds", self.now + hold, self.time_is_over)
        if verdict in ("scan_without_record", "scan_not_run") and not waited:
            c.changed = True  # it is still to be sent
        self.log(c, verdict)
        self.settle(c)
        return verdict

    def scan_returned(self, c):
        """A scheduled scan ends; the next one follows."""
        if self.scan_ends(c, "ScanReturned") != "scan_rejected" or not self.rejected(c):
            self.schedule_scan(c, self.now, strict=True)

    def scan_processed(self, c, kind):
        if self.judge(c, waited=True) == "scan_rejected" and kind == "ScanReturned":
            self.rejected(c, waited=True)

    def rejected(self, c, waited=False):
        """It may give up, or try again by `retry`; where its result waited it goes on by its grid."""
        c.rejections += 1
        if c.rejections == self.scan.get("give_up_after", -1):
            self.leave(c, {}, "Retired", "gave_up")
            return True
        if waited or self.scan.get("retry", "next_scan") == "next_scan":
            return False
        self.schedule_scan(c, self.now, self.when_on(c, self.now + duration(self.scan["retry"])))
        return True

    def extra_scan(self, c, kind="ExtraScanReturned"):
        """A scan beside the schedule, which goes on as if there were none."""
        end, epoch = self.fit(c, self.now) + self.scan_length, c.epoch
        by_task = kind == "TaskScanReturned"
        self.push(end, kind, c.n, lambda: self.scan_ends(c, kind, by_task) if c.epoch == epoch else None)

    def do_run_scan(self, c, selector):
        """C8: by task, when on, for clients that have the plug-in then."""
        epoch = c.epoch
        self.push(self.when_on(c, self.now), "TaskScanBegins", c.n,
                  lambda: self.extra_scan(c, "TaskScanReturned") if c.epoch == epoch and c.plugin == "installed" else None)
