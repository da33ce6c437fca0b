"""A second model of fleetsim, written from docs/MODEL.md, the reference of keys and the list of events.

`simulate(scenario)` gives the lines of events.csv as (time_ms, client, event, licenses_in_use). The program is the first
model; where both agree on random scenarios, the page says what the program does. Where they differ, one of the three is
mended: the program, the page, or this. It covers scenarios whose durations are
constant and whose phases are fixed: laws, shares and chances are drawn by the program from addressed random numbers, which
are not rebuilt here. Not covered, too: cloned keys, other solutions, clients that are there at the start,
updates that fail, `full_every`.
"""

import datetime

from actions import Actions
from chain import Chain
from downloads import Downloads, Site
from engine import Client, Engine
from licenses import Licenses
from policies import Policies
from rhythms import Rhythms
from scans import Scans
from units import MS, Schedule, duration, version
from updates import Updates


class Model(Engine, Rhythms, Policies, Chain, Scans, Downloads, Updates, Licenses, Actions):
    def __init__(self, scenario):
        super().__init__()
        self.sc, self.platform, self.scan = scenario, scenario["platform"], scenario["scan"]
        self.groups, self.actions = scenario["groups"], scenario.get("actions", [])
        self.t0 = datetime.datetime.fromisoformat(scenario["start"])
        self.start = (self.t0.hour * 60 + self.t0.minute) * MS["m"]
        self.end = duration(scenario["duration"])
        self.request_spec = self.platform["configuration_request"]
        self.inventory_spec = self.platform["basic_inventory"]
        self.contact = duration(self.platform["first_contact"])
        self.spread = duration(self.platform["start_spread"])
        self.reactivate_after = duration(self.platform.get("reactivate_after", "30m"))
        self.scan_length = duration(self.scan["duration"])
        self.version = self.version_number(self.platform.get("version", 8.6))
        released = self.platform.get("released", "unknown")
        self.released = None if released == "unknown" else self.instant(released)
        self.refresh = Schedule(self.platform.get("licensing_refresh", {"daily": "03:00"}), self.start)
        self.build_schedules()
        self.build_clients()
        self.build_files()
        self.build_updates()
        self.build_policies()
        self.build_purging()
        self.build_sites()
        self.push(self.refresh.next(0), "LicensingRefresh", 0, self.scheduled_refresh)
        for i, a in enumerate(self.actions):
            self.push(duration(a["at"]), "Action", i, lambda a=a: self.action(a))

    def version_number(self, text):
        return version(text)

    def instant(self, text, end_of_day=False):
        """A date, or a duration after the start; the end of a day is 23:59."""
        if isinstance(text, str) and len(text) >= 10 and text[4] == "-":
            t = int((datetime.datetime.fromisoformat(text) - self.t0).total_seconds() * 1000)
            return t + 23 * MS["h"] + 59 * MS["m"] if end_of_day else t
        return duration(text)

    def build_clients(self):
        """Numbered group after group, in order of their names by bytes."""
        self.clients, self.names = [], {}
        self.stretches = {g: self.build_stretches(s.get("online", "always")) for g, s in self.groups.items()}
        names = sorted(self.sc["sites"], key=str.encode)
        self.sites = {name: Site(i, name, self.sc["sites"][name]) for i, name in enumerate(names)}
        for g in sorted(self.groups, key=str.encode):
            for i in range(self.groups[g]["clients"]):
                c = Client(len(self.clients), "%s-%d" % (g, i + 1), g)
                self.clients.append(c)
                self.names[c.name] = c
                start = self.when_on(c, self.instant(self.groups[g].get("enrol", "0s")))
                self.push(start, "Enrol", c.n, lambda c=c: self.enrol(c))


def simulate(scenario):
    return Model(scenario).run()
