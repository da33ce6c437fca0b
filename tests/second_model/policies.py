"""Policies and their targets, and from when on a change of them counts.

docs/MODEL.md, "Policies". What an action says is known from a membership update on; the install policy acts there, the
others from the client's next configuration request on.
"""

from units import duration


class Policies:
    def build_policies(self):
        p = self.sc.get("policies", {})
        first = {
            "install": {**p.get("plugin_install", {})},
            "dsup": {**p.get("dsup", {})},
            "clones": {name: dict(spec) for name, spec in p.get("clones", {}).items()},
            "scan": {**self.scan.get("policy", {})},
        }
        self.policy_states = [(0, first)]  # (known, state)
        for a in sorted((a for a in self.actions if "policies" in a), key=lambda a: duration(a["at"])):
            change, state = a["policies"], {k: dict(v) for k, v in self.policy_states[-1][1].items()}
            state["install"].update(change.get("plugin_install", {}))
            state["dsup"].update(change.get("dsup", {}))
            state["scan"].update(change.get("scan", {}))
            if "every" in change.get("scan", {}):
                state["scan"]["rhythm"] = change["scan"]
            state["clones"] = {name: dict(spec) for name, spec in state["clones"].items()}
            for name, spec in change.get("clones", {}).items():
                state["clones"].setdefault(name, {}).update(spec)
            self.policy_states.append((self.next_update(duration(a["at"])), state))
        for i, (known, _) in enumerate(self.policy_states[1:], 1):
            self.push(known, "TargetsRecomputed", i, lambda i=i: self.targets_recomputed(i))

    def known(self, t):
        """The number of the policies known at t."""
        return max(i for i, (known, _) in enumerate(self.policy_states) if known <= max(t, 0))

    def targets(self, policy, c):
        """Does an enabled policy take the client? Conditions given together must all hold."""
        if not policy.get("enabled", True):
            return False
        if policy.get("clients", "all") != "all":
            return c.base in policy["clients"]
        groups, sites = policy.get("groups", "all"), policy.get("sites", "all")
        return (groups == "all" or c.group in groups) and (sites == "all" or self.groups[c.group]["site"] in sites)

    def takes(self, c, t):
        """Does the install policy, as known at t, take the client?"""
        return self.targets(self.policy_states[self.known(t)][1]["install"], c)

    def scans_targeted(self, c):
        """C5: a clone that takes the client, or DSUP, which takes those of its targets that are in no enabled clone."""
        state = self.policy_states[c.acted][1]
        return self.targets(state["dsup"], c) or any(self.targets(clone, c) for clone in state["clones"].values())

    def targets_recomputed(self, number):
        """The first membership update after a change; only clients for which the answer changes get a line."""
        before, after = (self.policy_states[i][1]["install"] for i in (number - 1, number))
        same = all(self.targets(before, c) == self.targets(after, c) for c in self.clients)
        for c in self.clients:
            takes = self.takes(c, self.now)
            if same:
                pass
            elif c.rec == "Active" and not c.in_uninstall and c.install_target != takes:
                if takes:
                    self.install_targeted(c)
                else:
                    self.untarget(c)
            elif c.rec not in (None, "Deleted") and not c.install_target and takes and not c.in_uninstall:
                c.candidate = True  # in the first update in which its record is Active again
            if c.alive and c.first_req is not None and "PolicyActs" not in c.arms:
                self.arm(c, "PolicyActs", self.next_request(c, self.now), self.policy_acts)
            self.settle(c)

    def policy_acts(self, c):
        """The request that brings changed policies, and perhaps another rhythm of scans."""
        before = self.scan_grid(c) if c.pkg == "ready" else None
        c.acted = self.known(self.now)
        if c.pkg == "ready" and self.scan_grid(c) != before and c.scan_of_grid and c.scan_begin >= self.now:
            self.schedule_scan(c, self.now)

    def install_targeted(self, c):
        """C1: a membership update makes the client a target, if the policy takes it."""
        c.candidate = False
        if self.takes(c, self.now):
            c.install_target = True
            self.log(c, "plugin_targeted")
        self.settle(c)

    def untarget(self, c):
        """It ceases to be a target; what it has not installed yet it will not."""
        c.install_target = False
        self.stop_plugin(c)
        self.log(c, "plugin_untargeted")

    def stop_plugin(self, c):
        """A plug-in on its way does not come."""
        if c.plugin in ("req", "loaded"):
            self.break_off(c)
            c.plugin = None
            c.arms.pop("PluginInstalled", None)
