"""When things are due: schedules of the server, rhythms of clients, hours of PCs, contact with the server.

docs/MODEL.md, "Schedules", "The grid of requests", "Trouble of the server over time".
"""

import datetime

from units import DAY, NEVER, WEEK, Schedule, clock, duration


class Rhythms:
    """Instants; none of this changes a client, but for the rhythm that it learns."""

    def build_schedules(self):
        """Membership updates, as actions change them, and by hand."""
        first = self.platform.get("membership_update", {})
        self.updates_by = [(0, self.update_schedules(first))]
        self.updates_by_hand = []
        self.queue = [(0, duration(self.platform.get("event_queue", {}).get("delay", "0s")))]
        for a in self.actions:
            if "membership_update" in a:
                self.updates_by.append((duration(a["at"]), self.update_schedules(a["membership_update"])))
            if a.get("run") == "membership_update":
                self.updates_by_hand.append(duration(a["at"]))
            if "event_queue" in a:
                self.queue.append((duration(a["at"]), duration(a["event_queue"]["delay"])))
        self.updates_by.sort(key=lambda x: x[0])
        self.queue.sort(key=lambda x: x[0])
        self.updates_by_hand.sort()
        self.away = [
            (self.instant(u["from"]), self.instant(u["until"]) if "until" in u else NEVER, u.get("groups", "all"), u.get("sites", "all"))
            for u in self.platform.get("unreachable", [])
        ]

    def update_schedules(self, spec):
        """`delta` and `complete`; one schedule is `delta` alone."""
        if isinstance(spec, str) or "every" in spec or "daily" in spec:
            return [Schedule(spec, self.start)]
        return [
            Schedule(spec.get("delta", "5m"), self.start),
            Schedule(spec.get("complete", {"daily": "02:10"}), self.start),
        ]

    def next_update(self, t):
        """The first membership update at or after t; "A changed schedule holds from the instant of its action on"."""
        best = min([hand for hand in self.updates_by_hand if hand >= t], default=NEVER)
        for i, (begin, schedules) in enumerate(self.updates_by):
            end = self.updates_by[i + 1][0] if i + 1 < len(self.updates_by) else NEVER
            if end > t:
                run = min(s.next(max(t, begin)) for s in schedules)
                best = min(best, run if run < end else NEVER)
        return best

    def build_stretches(self, online):
        """Windows that touch or overlap are one stretch: (from, until, late)."""
        if online == "always":
            return None
        windows = []
        for day in range(-8, self.end // DAY + 20):
            windows += [(a, b) for a, b, _ in self.windows_of_day([online], day)]
        windows.sort()
        joined = []
        for a, b in windows:
            if joined and a <= joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], b)
            else:
                joined.append([a, b])
        return [(a, b, min(a + self.spread, b - 1)) for a, b in joined]

    def windows_of_day(self, specs, day):
        """(from, until, spec) of the weekly windows that begin on a day."""
        weekday = (self.t0 + datetime.timedelta(days=day)).weekday()
        midnight = day * DAY - self.start
        for spec in specs:
            for key, value in spec.items():
                if key == "daily" or key == WEEK[weekday] or key == ("weekdays" if weekday < 5 else "weekend"):
                    for one in value if isinstance(value, list) else [value]:
                        a, b = map(clock, one.split("-"))
                        yield midnight + a, midnight + (b if b > a else b + DAY), spec

    def windows_at(self, specs, t):
        """The windows that contain t, as (until, spec), and the next edge after t."""
        day = int((t + self.start) // DAY)
        on, edge = [], NEVER
        for d in (day - 1, day, day + 1):
            for a, b, spec in self.windows_of_day(specs, d):
                if a <= t < b:
                    on.append((b, spec))
                edge = min([edge] + [e for e in (a, b) if e > t])
        return on, edge

    def stretch_at(self, c, t):
        """The stretch that contains t, or the next one, and whether it contains t."""
        for s in self.stretches[c.group]:
            if t < s[1]:
                return s, t >= s[0]
        return (NEVER, NEVER, NEVER), False

    def when_on(self, c, t):
        """ "Something that is due at t happens at t if the PC is on, else at late of the next stretch"."""
        if self.stretches[c.group] is None or t >= NEVER:
            return t
        s, on = self.stretch_at(c, t)
        return t if on else s[2]

    def periodic(self, c, anchor, period, t, since=None):
        """The first instant at or after t of a rhythm of a client, with its hours."""

        def occurrence(x):
            return anchor + max(0, -(-(x - anchor) // period)) * period

        if self.stretches[c.group] is None:
            return occurrence(t)
        previous = None
        for a, b, late in self.stretches[c.group]:
            off_since = a if previous is None else previous
            if since is not None:
                off_since = max(off_since, since)
            previous = b
            if b <= t:
                continue
            candidates = []
            if occurrence(max(t, a)) < b:
                candidates.append(occurrence(max(t, a)))
            if occurrence(off_since) < a and late >= t:
                candidates.append(late)  # made up, once
            if candidates:
                return min(candidates)
        return NEVER

    # ---------- contact with the server

    def unreachable_until(self, c, t):
        """The end of the periods in which the contacts of a client at t fail; None: they succeed."""
        end = None
        for begin, until, groups, sites in self.away:
            if begin <= t < until and (groups == "all" or c.group in groups) and (sites == "all" or self.groups[c.group]["site"] in sites):
                end = max(end or 0, until)
        return end

    def processed(self, t):
        """When the event queue has processed what arrives at t."""
        delays = [d for d in self.queue if d[0] <= t]
        floors = [at + before for (_, before), (at, _) in zip(delays, delays[1:])]
        return max([t + delays[-1][1]] + floors)

    def next_request(self, c, t):
        """The first configuration request at or after t that reaches the server."""
        x = self.request_due(c, t)
        while x < NEVER and self.unreachable_until(c, x) is not None:
            x = self.request_due(c, x + 1)
        return x

    def request_due(self, c, t):
        """ "The grid of requests": the first one at first contact, then the grid."""
        if c.first_req is None:
            return NEVER
        if t <= c.first_req:
            return c.first_req
        period, anchor, since = c.requests
        if period == "immediate":
            return self.when_on(c, t)
        return self.periodic(c, anchor, period, max(t, since + 1), since=since + 1)

    def request_rhythm(self, learned, phase="first_contact"):
        """The rhythm of the present period for an agent whose request at `learned` brought it."""
        every = self.request_spec["every"]
        if every == "immediate":
            return (every, None, learned)
        anchor = learned + duration(every) if phase == "first_contact" else duration(phase)
        return (duration(every), anchor, learned)

    def inventory_due(self, c, t):
        """The first periodic Basic Inventory that is sent at or after t and reaches the server."""
        period, anchor = c.inventories
        while True:
            if period == "immediate":
                x = self.when_on(c, max(t, c.registered_at))
            else:
                x = self.periodic(c, anchor, period, max(t, c.registered_at))
            if x >= NEVER or self.unreachable_until(c, x) is None:
                return x
            t = x + 1

    def inventory_rhythm(self):
        every = self.inventory_spec["every"]
        return (every, None) if every == "immediate" else (duration(every), duration(self.inventory_spec["phase"]))

    def after_change(self, c, t):
        """When the inventory that follows a change of the plug-in at t is sent."""
        if not self.inventory_spec.get("after_plugin_change", True):
            return self.inventory_due(c, t)
        if self.unreachable_until(c, t) is not None:
            return min(self.next_request(c, t), self.inventory_due(c, t))
        return t

    def last_inventory(self, c, t):
        """The last Basic Inventory that the server processed up to t."""
        if c.alive and c.rec is not None and c.registered_at is not None:
            x = self.inventory_due(c, c.bi_seen)
            while x < NEVER and self.processed(x) <= t:
                c.last_bi, c.bi_seen = max(c.last_bi, self.processed(x)), x + 1
                x = self.inventory_due(c, c.bi_seen)
        return c.last_bi

    def rhythm_changes(self, a):
        """An action changes the rhythm of requests, or of inventories: agents learn of it in their next request."""
        requests = "configuration_request" in a
        spec = a["configuration_request"] if requests else a["basic_inventory"]
        spec = {"every": spec} if isinstance(spec, str) else dict(spec)
        if requests:
            spec.setdefault("every", self.request_spec["every"])
            self.request_spec = {**self.request_spec, **spec}
            self.request_given = "phase" in spec
        else:
            self.inventory_spec = {**self.inventory_spec, **spec}
        self.log(None, "configuration_requests_changed" if requests else "basic_inventories_changed")
        for c in self.clients:
            if c.alive and c.first_req is not None:
                c.learns = c.learns | {requests}
                self.arm(c, "RhythmLearned", self.next_request(c, self.now), self.rhythm_learned)

    def rhythm_learned(self, c):
        self.last_inventory(c, self.now)
        if True in c.learns:
            c.first_req = min(c.first_req, self.now)
            stays = self.request_given or self.now == c.first_req
            phase = self.request_spec.get("phase", "first_contact") if stays else "first_contact"
            c.requests = self.request_rhythm(self.now, phase)
        if False in c.learns:
            c.inventories = self.inventory_rhythm()
        c.learns = set()
        waiting = ("PluginReported", "RemovalReported", "Return") if c.report_sent >= self.now else ()
        for kind in waiting + ("UninstallRequest",):
            c.arms.pop(kind, None)
        self.settle(c)
