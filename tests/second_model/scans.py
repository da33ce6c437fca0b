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

    def result_at(self, c, begin):
        """When the result of a scan is judged: at once where the server is not reached, else when it is processed."""
        end = begin + self.scan_length
        if end >= NEVER or self.unreachable_until(c, end) is not None:
            return end
        return self.processed(end)

    def schedule_scan(self, c, t, first=None, strict=False):
        """The next scheduled scan; `strict` after a result at t, `first` where it is none of the grid."""
        if strict or first is not None:
            c.scans_since = t + 1
        begin = self.fit(c, first if first is not None else self.next_scan_start(c, t, strict))
        c.arms.pop("ScanReturned", None)
        c.scan_begin, c.scan_of_grid = begin, first is None
        self.arm(c, "ScanReturned", begin + self.scan_length if begin < NEVER else NEVER, self.scan_arrives)

    def verdict(self, c, lost, by_task):
        """The first line of the table that holds."""
        nodes = self.nodes(self.now)
        when_changed = self.scan.get("resend_after_reject", "next_scan") == "when_changed"
        if lost:
            return "scan_not_returned"
        if by_task and c.pkg != "ready" or not self.usable(c) or nodes is None or not self.covered(self.now):
            return "scan_not_run"
        if not by_task and not self.targets(self.policy_states[c.acted][1]["scan"], c):
            return "scan_not_run"
        if self.version >= 8.5 and not self.scans_targeted(c):
            return "scan_failed"
        if self.up and self.scan.get("send_only_if_changed", True) and not c.changed and (c.license or when_changed):
            return "scan_unchanged"
        if c.rec != "Active":
            return "scan_without_record"
        if c.license:
            return "scan_returned"
        return "scan_rejected" if self.in_use >= nodes else "license_taken"

    def judge(self, c, lost=False, by_task=False):
        """A result arrives: the verdict, and what follows from it."""
        verdict = self.verdict(c, lost, by_task)
        if verdict == "license_taken":
            c.license = True
            self.in_use += 1
            c.rejections = 0
            hold = optional(self.groups[c.group].get("holding_time", "never"))
            if hold < NEVER:
                self.arm(c, "HoldingEnds", self.now + hold, self.time_is_over)
        sent_once = self.scan.get("resend_after_reject", "next_scan") == "when_changed"
        if verdict in ("license_taken", "scan_returned") or verdict == "scan_rejected" and sent_once:
            c.changed = False
        self.log(c, verdict)
        self.settle(c)
        return verdict

    def scan_arrives(self, c):
        """The next scheduled scan follows from the arrival of a result, the verdict when it is processed."""
        lost = self.unreachable_until(c, self.now) is not None
        if lost or self.processed(self.now) == self.now:
            return self.scan_returned(c, lost)
        entity = self.arrival(c, self.now, "ScanReturned")
        self.push(self.processed(self.now), "ReportProcessed", entity, lambda: self.scan_processed(c))
        self.schedule_scan(c, self.now, strict=True)

    def scan_processed(self, c):
        if self.judge(c) == "scan_rejected":
            self.scan_rejected(c)

    def scan_rejected(self, c):
        """ "The next one of a rejected client follows, when its result is processed"; it may give up instead."""
        c.rejections += 1
        if c.rejections == self.scan.get("give_up_after", -1):
            self.leave(c, {}, "Retired", "gave_up")
        elif self.scan.get("retry", "next_scan") != "next_scan":
            self.schedule_scan(c, self.now, self.when_on(c, self.now + duration(self.scan["retry"])))
        else:
            return False
        return True

    def scan_returned(self, c, lost):
        verdict = self.judge(c, lost)
        if verdict != "scan_rejected" or not self.scan_rejected(c):
            self.schedule_scan(c, self.now, strict=True)

    def extra_scan(self, c, kind="ExtraScanReturned"):
        """A scan beside the schedule, which goes on as if there were none."""
        begin, epoch = self.fit(c, self.now), c.epoch
        lost = self.unreachable_until(c, begin + self.scan_length) is not None
        self.push(self.result_at(c, begin), kind, c.n,
                  lambda: self.judge(c, lost, kind == "TaskScanReturned") if c.epoch == epoch else None)

    def do_run_scan(self, c, selector):
        """C8: by task, when on, for clients that have the plug-in then."""
        epoch = c.epoch
        self.push(self.when_on(c, self.now), "TaskScanBegins", c.n,
                  lambda: self.extra_scan(c, "TaskScanReturned") if c.epoch == epoch and c.plugin == "installed" else None)
