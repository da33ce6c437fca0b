"""From a new PC to its package, and back: the chain, uninstalling the plug-in, returning after a deletion.

docs/MODEL.md, "From a new PC to a license", "Retiring", "Deleting", "Uninstalling the plug-in", "Re-imaging".
"""

from engine import Client
from units import NEVER, duration, optional


class Chain:
    def settle(self, c):
        """Arms each step of the chain whose condition holds now, at the instant that its row names."""
        act = c.alive and c.rec == "Active" and not c.registering
        installed = c.plugin == "installed"

        def want(kind, condition, when, handler):
            self.want(c, kind, condition, when, handler)

        want("InstallTargeted", c.candidate and c.rec == "Active" and not c.install_target and not c.in_uninstall,
             lambda: self.next_update(self.now), self.install_targeted)
        want("PluginRequest", act and c.install_target and c.plugin is None,
             lambda: self.next_request(c, self.now), self.plugin_request)
        self.want_report(c, "PluginReported", c.alive and installed and not c.reported and (c.rec != "Deleted" or "PluginReported" in c.arms),
             lambda: self.after_change(c, self.now), self.plugin_reported)
        want("PackageTargeted", act and c.reported and installed and not c.pkg_target and self.imported,
             lambda: self.next_update(self.now), self.package_targeted)
        want("PackageRequest", act and c.pkg_target and installed and c.pkg is None,
             lambda: self.next_request(c, self.now), self.package_request)
        want("UpdateRequest", act and self.something_new(c), lambda: self.next_request(c, self.now), self.update_request)
        want("UninstallRequest", act and c.in_uninstall and installed,
             lambda: self.next_request(c, max(self.now, self.next_update(c.uninstall_at))), self.uninstall_request)
        self.want_report(c, "RemovalReported", c.alive and c.removal and not installed and (c.rec != "Deleted" or "RemovalReported" in c.arms),
             lambda: self.after_change(c, self.now), self.removal_reported)
        want("CheckIn", c.alive and c.rec in ("Retired", "Disposed"), lambda: self.check_in_at(c), self.check_in)
        self.want_report(c, "Return", c.alive and c.rec == "Deleted", lambda: self.return_at(c), self.returns)

    # ---------- a new agent

    def enrol(self, c):
        c.enrolled = c.alive = True
        self.log(c, "agent_started")
        life = optional(self.groups[c.group].get("lifetime", "never"))
        self.push(self.now + life, "LifetimeEnds", c.n, lambda: self.time_is_over(c))
        self.first_inventory(c, lambda: self.first_contact(c, True))

    def first_inventory(self, c, handler):
        """Sent at once; one that fails again a period of requests later, or as many as the trouble lasts, when on."""
        sent, life = self.now, c.agents
        while (until := self.unreachable_until(c, sent)) is not None:
            if until >= NEVER:
                return
            period = duration(self.platform["configuration_request"]["every"])
            sent = self.when_on(c, sent + max(1, -(-(until - sent) // period)) * period)
        self.agent_known(c, sent)
        waited = self.processed(sent) > sent
        place, entity = ("ReportProcessed", self.arrival(c, sent, "FirstContact")) if waited else ("FirstContact", c.n)
        self.push(self.processed(sent), place, entity, lambda: handler() if c.alive and c.agents == life else None)

    def first_contact(self, c, new_record):
        """It registers; the first request follows `first_contact` later, when on."""
        c.rec, c.last_bi = "Active", self.now
        c.candidate = not c.install_target
        if new_record:
            self.log(c, "registered")
        self.settle(c)

    def agent_known(self, c, sent):
        c.registered_at, c.bi_seen = sent, sent + 1
        c.first_req = self.when_on(c, sent + self.contact)
        c.requests = self.request_rhythm(c.first_req, self.request_spec.get("phase", "first_contact"))
        c.inventories = self.inventory_rhythm()
        self.arm(c, "PolicyActs", self.next_request(c, self.now), self.policy_acts)

    # ---------- the plug-in and the package

    def plugin_request(self, c):
        c.plugin = "req"
        self.log(c, "plugin_policy_received")
        self.download(c, "plugin")
        self.settle(c)

    def plugin_loaded(self, c):
        c.plugin = "loaded"
        install = duration(self.sc["packages"]["plugin"].get("install", "1m"))
        self.arm(c, "PluginInstalled", self.when_on(c, self.now + install), self.plugin_installed)

    def plugin_installed(self, c):
        c.plugin, c.removal = "installed", False
        self.log(c, "plugin_installed")
        if c.rec == "Deleted" and self.inventory_spec.get("after_plugin_change", True):
            self.arm_report(c, "PluginReported", self.after_change(c, self.now), self.returns)
        self.settle(c)

    def plugin_reported(self, c):
        if c.rec == "Deleted":
            return self.returns(c)
        c.reported, c.last_bi = True, self.now
        self.log(c, "plugin_reported")
        self.settle(c)

    def package_targeted(self, c):
        c.pkg_target = True
        self.log(c, "package_targeted")
        self.settle(c)

    def package_request(self, c):
        """A download brings the version that was current when it was asked for."""
        c.pkg, c.loading_version = "req", self.version_no
        self.log(c, "package_policy_received")
        self.download(c, "scan")
        self.settle(c)

    def package_complete(self, c):
        """U2: in 7.1 to 7.5 Patch Install Tools have to be complete before the first scan."""
        if 7.1 <= self.version <= 7.5 and c.tools < self.version_no:
            c.pkg = "loaded"
            self.log(c, "tools_wanted")
            self.download(c, "tools")
        else:
            self.package_ready(c)

    def package_ready(self, c):
        c.pkg, c.anchor, c.pkg_version = "ready", self.now, c.loading_version
        c.scans_since = self.now
        self.log(c, "package_ready")
        self.schedule_scan(c, self.now, self.now if self.scan.get("on_new_policy", True) else None)

    # ---------- uninstalling the plug-in

    def uninstall_request(self, c):
        """V2: the request that brings the uninstall policy removes plug-in, packages, scans, updates scheduled."""
        self.break_off(c)
        self.drop_updates(c)
        c.plugin = c.pkg = None
        c.changed, c.next_dl, c.tools = True, [], -1
        c.arms.pop("ScanReturned", None)
        c.pkg_target = False
        c.removal = c.reported
        self.log(c, "plugin_removed")
        self.settle(c)

    def removal_reported(self, c):
        if c.rec == "Deleted":
            return self.returns(c)
        c.removal = c.reported = False
        c.last_bi = self.now
        self.log(c, "plugin_removal_reported")
        self.settle(c)

    # ---------- coming back

    def check_in_at(self, c):
        """V7: the first request at or after the status was set, but not before `reactivate_after`."""
        request = self.next_request(c, c.status_at)
        return max(request, c.status_at + self.reactivate_after) if request < NEVER else NEVER

    def check_in(self, c):
        c.rec = "Active"
        self.log(c, "reactivated")
        self.catch_up(c)
        self.settle(c)

    def catch_up(self, c):
        """Policies that changed while the record was not Active."""
        if c.install_target and not self.takes(c, self.now):
            self.untarget(c)

    def return_at(self, c):
        """V5: when a live agent whose record was deleted sends the inventory with which it registers again."""
        if self.platform.get("return_after_delete", "next_request") == "next_request":
            return self.next_request(c, self.now)
        return self.inventory_due(c, self.now)

    def returns(self, c):
        if c.license:
            c = self.returns_as_second(c)
        c.rec, c.last_bi = "Active", self.now
        c.reported = c.plugin == "installed"
        c.candidate = not c.reported
        c.removal = False
        self.log(c, "returned")
        self.settle(c)

    def returns_as_second(self, c):
        """The old record still holds its license: NAME~2 takes packages, updates and the uninstall policy along."""
        d = self.second_record(c)
        kept = """plugin pkg removal anchor dl next_dl first_req registered_at requests inventories bi_seen in_uninstall acted
            pkg_version loading_version tools loading_tools got cycle task changed outdated scan_begin scan_of_grid scans_since""".split()
        d.__dict__.update({k: c.__dict__[k] for k in kept})
        d.uninstall_at = self.now  # the next membership update makes the new record a target
        handlers = {"ScanReturned": self.scan_returned, "PluginInstalled": self.plugin_installed, "DownloadRetry": self.retry,
                    "PcGoesOff": self.goes_off, "PolicyActs": self.policy_acts}
        for kind, handler in handlers.items():
            if kind in c.arms:
                self.arm(d, kind, c.arms[kind][0], handler)
        if "UpdateCycle" in c.arms:
            self.arm(d, "UpdateCycle", c.arms["UpdateCycle"][0],
                     self.cycle_stops if d.cycle == "waiting" else self.cycle_ends if d.cycle else self.cycle_begins)
        if "ScanReturned" in d.arms and d.scan_begin < self.now:
            d.scans_since = self.now
            self.schedule_scan(d, self.now)  # the scan under way is lost
        c.arms.clear()
        c.alive, c.dl, c.epoch = False, None, c.epoch + 1
        site = self.site(c)
        if c.n in site.active:
            del site.active[c.n]
            site.active[d.n] = d
        site.queue = [d if x is c else x for x in site.queue]
        return d

    def image_applied(self, c):
        """V10: a matching key finds the old record, with none the PC gets a second one."""
        keys, c.imaging = c.imaging, None
        if keys == "matching":
            c.alive, c.registering = True, True
            self.log(c, "image_applied")
            self.first_inventory(c, lambda: self.recognised(c))
        else:
            d = self.second_record(c)
            self.first_inventory(d, lambda: self.first_contact(d, True))

    def recognised(self, c):
        c.registering = False
        if c.rec == "Deleted":
            return self.returns(c)
        self.log(c, "recognised")
        old = c.rec
        self.first_contact(c, False)
        if old != "Active":
            self.log(c, "reactivated")
            self.catch_up(c)
        self.settle(c)

    def second_record(self, c):
        d = Client(len(self.clients), "%s~%d" % (c.base, c.generation + 1), c.group)
        d.base, d.generation = c.base, c.generation + 1
        self.clients.append(d)
        self.names[d.name] = c.superseded = d
        d.enrolled = d.alive = True
        self.log(c, "left_behind")
        self.log(d, "second_record")
        return d
