"""What administrators do: which records an action selects, and what it does to each.

docs/MODEL.md, "What administrators do".
"""

from units import duration

RECORDS = ("retire", "dispose", "delete")


class Actions:
    def select(self, what, selector):
        """The first n of a group that have the status and to which it can be done, or those named."""
        possible = [c for c in self.clients if self.possible(what, c, selector)]
        if isinstance(selector.get("clients"), list):
            named = [self.newest(self.names[n]) if what not in RECORDS else self.names[n] for n in selector["clients"]]
            return sorted((c for c in named if c in possible), key=lambda c: c.n)
        status = selector.get("status", "active" if what in ("retire", "dispose", "installation_task") else None)
        if status:
            possible = [c for c in possible if c.rec == status.capitalize()]
        if "group" in selector:
            possible = [c for c in possible if c.group == selector["group"]]
        if "silent_for" in selector:
            since = self.now - duration(selector["silent_for"])
            possible = [c for c in possible if not c.alive and c.stopped_at <= since]
        if selector.get("holding"):
            possible = [c for c in possible if c.license]
        return possible[: selector.get("clients", len(possible))]

    def newest(self, c):
        while c.superseded:
            c = c.superseded
        return c

    def possible(self, what, c, selector):
        """The column "can be done to"."""
        if not c.enrolled or c.rec is None:
            return False
        if what == "send_inventory":
            return c.alive and not c.superseded and not c.registering
        if c.rec == "Deleted":
            return False
        if what in ("retire", "dispose"):
            again = c.rec == {"retire": "Retired", "dispose": "Disposed"}[what]
            return not (again and (c.off or selector.get("agent", "off") == "live"))
        if what == "delete":
            return True
        if c.superseded:
            return False
        if what == "uninstall_plugin":
            return c.alive and not c.in_uninstall
        if what == "install_plugin":
            return c.in_uninstall
        if what == "uninstall_agent":
            return c.alive
        if what == "run_scan":
            return c.alive and c.plugin == "installed"
        if what == "reimage":
            return c.imaging != "new" and not (c.off and c.rec != "Active")
        return self.deployable(c) and c.cycle != "applying"  # installation_task

    def action(self, a):
        """Effects first, then the line `action`, where the action has no line of its own."""
        own = {
            "membership_update": lambda x: self.log(None, "membership_updates_changed"),
            "event_queue": lambda x: self.log(None, "event_queue_changed"),
            "configuration_request": lambda x: self.rhythm_changes(a),
            "basic_inventory": lambda x: self.rhythm_changes(a),
            "policies": lambda x: self.log(None, "policies_changed"),
            "pm_import": self.imports_rescheduled,
            "upgrade": self.upgrade,
            "enable_bulletins": self.enable,
            "restart_package_server": self.restart_server,
            "run": self.run_by_hand,
        }
        what = next(key for key in a if key != "at")
        if what in own:
            own[what](a[what])
        elif what == "installation_task" and self.task_refused(a[what]):
            self.log(None, "task_refused")
        else:
            for c in self.select(what, a[what]):
                getattr(self, "do_" + what)(c, a[what])
                self.settle(c)
            self.log(None, "action")

    def run_by_hand(self, what):
        if what == "licensing_refresh":
            self.licensing_refresh()
        elif what == "pm_import":
            self.do_import()
        else:
            self.log(None, "membership_update")

    def imports_rescheduled(self, spec):
        self.log(None, "imports_rescheduled")
        self.schedule_imports(spec, self.now)

    # ---------- statuses

    def stop_agent(self, c):
        """Steps, downloads and scans under way are lost, and updates scheduled."""
        self.last_inventory(c, self.now - 1)
        self.break_off(c)
        c.stopped_at = self.now if c.alive else c.stopped_at
        c.alive, c.imaging, c.registering = False, None, False
        c.candidate = False
        c.agents += 1
        c.scan_begin, c.scan_of_grid = None, False
        self.drop_updates(c)
        c.next_dl = []
        c.arms.clear()

    def set_status(self, c, status, word):
        """V1, V3: a license is freed at the refresh, or at once."""
        c.rec, c.status_at = status, self.now
        self.log(c, word)
        c.arms.pop("CheckIn", None)
        c.arms.pop("Return", None)
        if status == "Deleted":
            c.install_target = c.pkg_target = c.reported = False
            c.removal = c.removal and "RemovalReported" in c.arms
            c.changed = True
            if self.platform.get("refund_on_delete", "at_refresh") == "immediate":
                self.release(c)
        elif status == "Retired" and self.platform.get("refund_on_retire") == "immediate":
            self.release(c)

    def leave(self, c, selector, status, word):
        if selector.get("agent", "off") == "off":
            self.stop_agent(c)
            c.off = True
        self.set_status(c, status, word)

    def do_retire(self, c, selector):
        self.leave(c, selector, "Retired", "retired")

    def do_dispose(self, c, selector):
        self.leave(c, selector, "Disposed", "disposed")

    def do_delete(self, c, selector):
        self.leave(c, selector, "Deleted", "deleted")

    # ---------- the plug-in, the agent, the PC

    def do_uninstall_plugin(self, c, selector):
        """V2: into the uninstall policy at once; a plug-in on its way does not come."""
        self.stop_plugin(c)
        c.in_uninstall, c.install_target, c.uninstall_at = True, False, self.now
        self.log(c, "uninstall_targeted")

    def do_install_plugin(self, c, selector):
        c.in_uninstall, c.candidate = False, True
        self.log(c, "uninstall_lifted")

    def do_uninstall_agent(self, c, selector):
        """V8: record, status and license stay."""
        self.stop_agent(c)
        c.fresh()
        c.uninstalled = True
        self.log(c, "agent_uninstalled")

    def do_send_inventory(self, c, selector):
        """When the PC is on."""
        life = c.agents
        self.push(self.when_on(c, self.now), "InventoryByHand", c.n, lambda: self.inventory_by_hand(c, life))

    def inventory_by_hand(self, c, life):
        """Handled at once, or when the event queue has come to it."""
        if self.unreachable_until(c, self.now) is not None:
            return
        t, installed = self.processed(self.now), c.plugin == "installed"
        if t == self.now:
            self.reported_by_hand(c, life, installed)
        else:
            entity = self.arrival(c, self.now, "InventoryByHand")
            self.push(t, "ReportProcessed", entity, lambda: self.reported_by_hand(c, life, installed))

    def reported_by_hand(self, c, life, installed):
        """It reports what there was to report when it was sent, and the clock of purging starts anew."""
        if not c.alive or c.agents != life:
            return
        c.last_bi = max(c.last_bi, self.now)
        if c.rec == "Deleted":
            self.returns(c)
        elif installed and c.plugin == "installed" and not c.reported:
            self.plugin_reported(c)
        elif not installed and c.removal and c.plugin != "installed":
            self.removal_reported(c)

    def do_reimage(self, c, selector):
        """V10: the agent stops, the disk is empty; the new agent starts `reimage_time` later, when on."""
        self.stop_agent(c)
        c.fresh()
        c.imaging = selector.get("keys", "matching")
        c.uninstalled = False
        c.off = False
        self.log(c, "reimaged")
        t = self.when_on(c, self.now + duration(self.platform.get("reimage_time", "1h")))
        self.arm(c, "ImageApplied", t, self.image_applied)
