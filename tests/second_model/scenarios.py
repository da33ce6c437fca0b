"""Random scenarios, a feature at a time: constant durations, fixed phases, instants odd enough to tell rules apart.

`FEATURES` names which aspects each feature mixes; an aspect that begins with `a:` is a kind of action. A scenario is
addressed by feature, seed and number.
"""

import random

from units import MS, duration

M, H = MS["m"], MS["h"]
MONDAY = "2026-01-05T00:00"


class Draw:
    """One scenario under way."""

    def __init__(self, address, aspects):
        self.r = random.Random(address)
        self.aspects = aspects
        self.unit = self.pick([M, M, 1000, 1]) if "odd" in aspects else 5 * M

    def has(self, aspect, share=1.0):
        return aspect in self.aspects and self.r.random() < share

    def pick(self, values):
        return self.r.choice(values)

    def ms(self, low, high, unit=None):
        unit = unit or self.unit
        return "%dms" % (self.r.randrange(low // unit, high // unit + 1) * unit)

    def some(self, names):
        return self.r.sample(names, 1)


def scenario(feature, seed, number):
    d = Draw("%s/%s/%d" % (feature, seed, number), FEATURES[feature])
    sc = {"fleetsim": 1, "name": "second model", "start": MONDAY, "duration": "%dh" % d.r.randrange(40, 120), "timeline": {"every": "1d"}}
    if "odd" in d.aspects and "updates" not in d.aspects and "upgrade" not in d.aspects and d.r.random() < 0.5:
        sc["start"] = "2026-01-07T09:30"
    sc["sites"] = sites(d)
    sc["groups"] = groups(d, list(sc["sites"]))
    clients = sum(g["clients"] for g in sc["groups"].values())
    sc["platform"] = platform(d)
    sc["packages"] = packages(d)
    sc["scan"] = scan(d, list(sc["groups"]))
    sc["licenses"] = licenses(d, clients, sc)
    if "updates" in d.aspects:
        sc["updates"] = updates(d)
    policies(d, sc)
    sc["actions"] = actions(d, sc)
    return sc


def sites(d):
    out = {}
    for name in ["s1", "s2"][: d.r.randrange(1, 3)]:
        s = out[name] = {"download_time": d.ms(0, 40 * M, M)}
        if d.has("bandwidth", 0.7):
            s = out[name] = {"bandwidth": "%d kbit/s" % d.r.randrange(300, 3000)}
            if d.r.random() < 0.5:
                s["per_client"] = "%d kbit/s" % d.r.randrange(200, 1500)
            if d.r.random() < 0.4:
                other = "0%d:%02d-1%d:00" % (d.r.randrange(10), d.r.randrange(60), d.r.randrange(10))
                window = d.pick(["00:30-03:00", "02:00-02:30", "23:00-01:00", other])
                s["throttle"] = [{"daily": window, d.pick(["bandwidth", "per_client"]): "%d kbit/s" % d.r.randrange(100, 2000)}]
        if d.has("slots", 0.6):
            s["concurrent"] = d.r.randrange(1, 4)
        if d.has("outage", 0.7):
            s["down"], begin = [], d.r.randrange(0, 600)
            for _ in range(d.r.randrange(1, 3)):
                length = d.r.randrange(1, 300)
                period = {"from": "%dm" % begin, "until": "%dm" % (begin + length)}
                if d.r.random() < 0.4:
                    period["package"] = d.pick(["plugin", "assessment_scan"] + ["install_tools"] * 2 * ("updates" in d.aspects))
                begin += length + d.r.randrange(1, 300)
                s["down"].append(period)
        if d.has("blockout", 0.6):
            s["blockouts"] = [{"daily": d.pick(["00:30-03:00", "02:00-02:30", "23:00-01:00", "05:00-09:00"])}]
    return out


def groups(d, site_names):
    out = {}
    for name in d.r.sample(["a", "B", "c", "Z", "d"], d.r.randrange(1, 4)):
        g = out[name] = {"clients": d.r.randrange(1, 5), "site": d.pick(site_names), "enrol": d.ms(0, 12 * H)}
        if d.has("sizes", 0.5):
            g["package_size"] = d.pick(["0 MB", "3 MB", "70 MB", "%d kB" % d.r.randrange(1, 60000)])
        if d.has("online", 0.7):
            g["online"] = d.pick([{"daily": "08:00-17:00"}, {"daily": "22:00-06:00"}, {"daily": "12:00-13:10"}, {"weekdays": "06:10-14:00"},
                                  {"weekdays": "20:00-04:00", "saturday": "09:00-12:00"}])
        if d.has("leaving", 0.4):
            g["lifetime"] = d.ms(H, 60 * H)
        if d.has("leaving", 0.4):
            g["holding_time"] = d.ms(H, 40 * H)
    return out


def platform(d):
    p = {
        "first_contact": d.pick(["0m", "7m", "13m", d.ms(0, 20 * M)]),
        "configuration_request": {"every": d.pick(["1h", "2h", "30m", "50m"])},
        "basic_inventory": {"every": d.pick(["24h", "6h", "10h"]), "phase": d.ms(0, 4 * H - d.unit)},
        "membership_update": {"delta": d.pick(["5m", "10m", "7m"]), "complete": "never"},
        "licensing_refresh": d.pick([{"daily": "03:00"}, {"every": "10h", "offset": "3h"}, "never", "7h"]),
        "start_spread": d.pick(["0m", "20m", "1m"]),
    }
    if d.has("request_phase", 0.6):
        p["configuration_request"]["phase"] = d.ms(0, 30 * M - d.unit)
    if d.has("no_inventory_after_change", 0.6):
        p["basic_inventory"]["after_plugin_change"] = False
    if "membership" in d.aspects:
        p["membership_update"] = d.pick([
            {"delta": {"every": "3h", "offset": "11m"}, "complete": {"daily": "02:10"}}, {"delta": "never", "complete": {"daily": "04:10"}},
            {"delta": "immediate", "complete": "never"}, "30m", {"delta": "45m", "complete": {"every": "4h", "offset": "5m"}}])
    if d.has("immediate", 0.6):
        p["configuration_request"] = {"every": "immediate"}
    if d.has("immediate", 0.6):
        p["basic_inventory"] = {"every": "immediate", "after_plugin_change": d.r.random() < 0.5}
    if "statuses" in d.aspects:
        p["reactivate_after"] = d.pick(["30m", "0m", "3h", d.ms(0, 2 * H)])
        p["return_after_delete"] = d.pick(["next_request", "next_inventory"])
        p["refund_on_delete"] = d.pick(["at_refresh", "immediate"])
    if d.has("leaving", 0.5):
        p["refund_on_retire"] = "immediate"
    if "purging" in d.aspects:
        p["basic_inventory"]["every"] = d.pick(["6h", "4h"])
        q = p["purging"] = {"check": d.pick([{"every": "5h", "offset": "2h"}, {"daily": "02:00"}, {"every": "90m", "offset": "7m"}])}
        if d.r.random() < 0.8:
            q["retire_after"] = d.pick(["10h", "24h", "26h", "1d 6h"])
        if d.r.random() < 0.5 or len(q) == 1:
            q["delete_after"] = d.pick(["20h", "30h", "2d"])
        q["uninstalled_agents"] = d.r.random() < 0.5
    if any(x.startswith("a:reimage") for x in d.aspects):
        p["reimage_time"] = d.pick(["1h", "17m", "1m"])
    if "upgrade" in d.aspects:
        p["version"] = d.pick(["8.1", "7.6", "8.5"])
    if "old_versions" in d.aspects:
        p["version"] = d.pick(["7.1", "7.5", "6.2"])
    if "unreachable" in d.aspects:
        p["unreachable"], begin = [], d.r.randrange(0, 900)
        for _ in range(d.r.randrange(1, 4)):
            length = d.r.randrange(1, 500)
            p["unreachable"].append({"from": "%dm" % begin, "until": "%dm" % (begin + length)})
            begin += length + d.r.randrange(-60, 900)
    if d.has("event_queue", 0.8):
        p["event_queue"] = {"delay": d.ms(0, 2 * H)}
    return p


def packages(d):
    out = {
        "plugin": {"size": d.pick(["10 MB", "0 MB", "1 MB"]) if "odd" in d.aspects else "10 MB", "install": d.pick(["1m", "0m", "5m"])},
        "assessment_scan": {"size": d.pick(["40 MB", "8 MB"])},
    }
    if "sizes" in d.aspects:
        out["plugin"]["size"] = "%d kB" % d.r.randrange(1, 30000)
    if "updates" in d.aspects or "old_versions" in d.aspects:
        out["install_tools"] = {"size": d.pick(["15 MB", "5 MB", "0 MB"])}
    if "updates" in d.aspects:
        out["assessment_scan"]["update"] = d.pick(["8 MB", "2 MB"])
        out["imported_before_start"] = d.r.random() < 0.6
    if "old_unusable" in d.aspects:
        out["assessment_scan"]["old_version_usable"] = False
    return out


def scan(d, names):
    s = {"every": d.pick(["4h", "6h", "1h", "3h"]), "phase": d.pick(["after_package", d.ms(0, H - d.unit), d.ms(0, H - d.unit)]),
         "duration": d.pick(["3m", "1m", "20m", "90s"])}
    if d.has("not_at_once", 0.6):
        s["on_new_policy"] = False
    if d.has("retry", 0.6):
        s["retry"] = d.ms(10 * M, 5 * H)
    if d.has("online", 0.5):
        s["on_agent_start"] = d.r.random() < 0.5
    if d.has("leaving", 0.4):
        s["give_up_after"] = d.r.randrange(1, 5)
    if "resend" in d.aspects:
        s["resend_after_reject"] = "when_changed"
    if d.has("scan_policy", 0.4):
        s["policy"] = d.pick([{"enabled": False}, {"groups": d.some(names)}])
    for key in ("on_cycle_start", "on_cycle_end", "send_only_if_changed", "on_update_policy"):
        if d.has("updates", 0.25):
            s[key] = False
    return s


def licenses(d, clients, sc):
    out = {"base": {"nodes": d.r.randrange(1, clients + 2)}}
    monday = sc["start"] == MONDAY
    if "files" in d.aspects:
        if d.r.random() < 0.5:
            days = ["2026-01-05", "2026-01-06", "2026-01-07"] if monday else ["2026-01-07", "2026-01-08"]
            out["base"].update({"kind": "subscription", "until": d.pick(days)})
        if d.r.random() < 0.3:
            out["base"]["from"] = d.ms(0, 12 * H)
        if d.r.random() < 0.6:
            out["two"] = {"nodes": d.r.randrange(1, clients + 1), "from": d.ms(13 * H, 30 * H)}
            if d.r.random() < 0.5:
                out["two"]["replaces"] = "base"
        if d.r.random() < 0.4:
            out["tri"] = {"nodes": d.r.randrange(1, 4), "kind": "trial", "until": d.pick(["2026-01-07", "2026-01-08"]), "from": d.ms(0, 14 * H)}
        if d.r.random() < 0.3:
            sc["platform"]["on_expiry"] = "release"
    if d.has("maintenance", 0.7):
        out["base"]["aup_until"] = "2026-01-0%d" % d.r.randrange(5, 10)
        if "two" in out and d.r.random() < 0.5:
            out["two"]["aup_until"] = "2026-01-0%d" % d.r.randrange(8, 10)
    if sc["platform"].get("version") == "7.6":
        for f in out.values():
            f["format"] = "legacy"
    return out


def updates(d):
    bulletins, t = [], 20 * H if "late_import" in d.aspects else 0
    for i in range(d.r.randrange(1, 5)):
        t += d.r.randrange(H // d.unit, 14 * H // d.unit) * d.unit
        bulletins.append({"name": "B%d" % i, "published": "%dms" % t, "updates": d.r.randrange(1, 4)})
    up = {
        "import": d.pick([{"every": "12h", "offset": "1h"}, {"every": "5h", "offset": "77m"}, {"daily": "01:00"}]),
        "bulletins": bulletins, "enable": d.pick(["30m", "0m", "5h"]),
        "cycle": d.pick([{"every": "4h", "offset": "30m"}, {"daily": "21:00"}, "90m", "6h"]),
        "install": d.pick(["10m", "5m", "2h", "1m"]), "tools_wait": d.pick(["1h", "4h", "10m"]),
    }
    if d.r.random() < 0.3:
        up["new_versions"] = "every_import"
    if d.r.random() < 0.4:
        up["maintenance_windows"] = [d.pick([{"daily": "22:00-04:00"}, {"weekdays": "10:00-12:30"}, {"daily": "00:00-06:10"}])]
    if d.has("import_fails", 0.7):
        begin = d.r.randrange(0, 40)
        up["import_fails"] = [{"from": "%dh" % begin, "until": "%dh" % (begin + d.r.randrange(1, 30))}]
    if ("a:enable" in d.aspects) and d.r.random() < 0.4:
        up["enable"] = "never"
    return up


def policies(d, sc):
    names, p = list(sc["groups"]), {}
    if "clones" in d.aspects:
        if d.r.random() < 0.5:
            p["dsup"] = d.pick([{"enabled": True}, {"enabled": False}, {"groups": d.some(names)}])
        if d.r.random() < 0.7:
            p["clones"] = {"vip": {"enabled": d.r.random() < 0.7, "groups": d.pick(["all", d.some(names)])}}
        if d.r.random() < 0.4:
            p["plugin_install"] = {"groups": d.some(names)}
    if p:
        sc["policies"] = p


def actions(d, sc):
    kinds = [x[2:] for x in d.aspects if x.startswith("a:")]
    end = duration(sc["duration"])
    out = [{"at": d.ms(0, end * 2 // 3), **action(d, d.pick(kinds), sc)} for _ in range(d.r.randrange(1, 6) if kinds else 0)]
    if d.has("upgrade", 0.8):
        out.append({"at": d.ms(0, end * 2 // 3), "upgrade": {"version": d.pick(["8.6", "8.7"]), "released": "2026-01-0%d" % d.r.randrange(4, 6)}})
        if d.r.random() < 0.3:
            later = {"version": d.pick(["8.7.1", "8.8"]), "released": "2026-01-0%d" % d.r.randrange(5, 7)}
            out.append({"at": d.ms(end * 2 // 3 + 1, end * 2 // 3 + H), "upgrade": later})
    return out


def selector(d, kind, sc):
    """Some of a group, perhaps of a status, or one client by name."""
    g = d.pick(list(sc["groups"]))
    s = {"group": g}
    if d.r.random() < 0.7:
        s["clients"] = d.r.randrange(1, sc["groups"][g]["clients"] + 1)
    if d.has("selectors", 0.4) and not kind.startswith("task"):
        s["status"] = d.pick(["active", "retired", "disposed"])
    if d.has("selectors", 0.2):
        s["holding"] = True
    if d.has("silent", 0.5):
        s["silent_for"] = d.pick(["1h", "10h", "24h"])
    if d.r.random() < 0.35:
        s = {"clients": ["%s-%d" % (g, d.r.randrange(1, sc["groups"][g]["clients"] + 1))]}
    return s


def action(d, kind, sc):
    names = list(sc["groups"])
    simple = {
        "refresh": {"run": "licensing_refresh"}, "run_update": {"run": "membership_update"}, "pm_import": {"run": "pm_import"},
        "enable": {"enable_bulletins": "all"}, "restart": {"restart_package_server": d.pick(list(sc["sites"]))},
        "imports": {"pm_import": d.pick(["never", "3h", {"daily": "05:00"}, {"every": "7h", "offset": "2h"}])},
        "queue": {"event_queue": {"delay": d.ms(0, 5 * H)}},
        "requests": {"configuration_request": d.pick([{"every": "2h"}, {"every": "30m"}, {"every": "3h", "phase": d.ms(0, 30 * M - d.unit)}])},
        "inventories": {"basic_inventory": {"every": d.pick(["3h", "8h"]), "phase": d.ms(0, 3 * H - d.unit)}},
        "membership": {"membership_update": d.pick([
            {"delta": "9m", "complete": "never"}, {"delta": "never", "complete": {"daily": "02:10"}}, {"delta": "never", "complete": "never"},
            {"delta": {"every": "2h", "offset": "1h"}, "complete": "never"}])},
    }
    if kind in simple:
        return simple[kind]
    if kind == "policies":
        p = {}
        if d.r.random() < 0.7:
            p["plugin_install"] = d.pick([{"enabled": False}, {"enabled": True}, {"groups": d.some(names)}, {"groups": "all"}])
        if "upgrade" not in d.aspects and "old_versions" not in d.aspects and d.r.random() < 0.5:
            p["dsup"] = d.pick([{"enabled": True}, {"enabled": False}, {"groups": d.some(names)}, {"groups": "all"}])
        if d.has("clones", 0.5):
            p["clones"] = {d.pick(["vip", "new"]): d.pick([{"enabled": True}, {"enabled": False}, {"groups": d.some(names)}, {"groups": "all"}])}
        return {"policies": p or {"plugin_install": {"enabled": True}}}
    if kind == "scan_policy":
        return {"policies": {"scan": d.pick([{"enabled": False}, {"enabled": True}, {"groups": d.some(names)}, {"groups": "all"}])}}
    if kind == "scan_rhythm":
        change = {"every": d.pick(["2h", "90m", "5h"])}
        if d.r.random() < 0.4:
            change["phase"] = d.ms(0, H)
        return {"policies": {"scan": change}}
    s = selector(d, kind, sc)
    what, _, more = kind.partition(" ")
    if what in ("retire", "dispose", "delete"):
        s["agent"] = more or "off"
    elif what == "reimage" and more:
        s["keys"] = more
    elif what == "task":
        return {"installation_task": {"bulletins": "all", **s}}
    return {what: s}


FEATURES = {
    "chain": "",
    "chain_odd": "odd",
    "requests": "odd request_phase no_inventory_after_change not_at_once retry",
    "membership": "odd membership",
    "by_hand": "odd a:refresh a:run_update a:membership",
    "immediate": "odd immediate online a:uninstall_plugin a:install_plugin a:retire,live a:delete,live",
    "hours": "odd online retry not_at_once",
    "hours_downloads": "odd online slots outage blockout bandwidth",
    "slots": "odd slots",
    "bandwidth": "odd bandwidth slots sizes",
    "outages": "odd slots outage blockout a:restart",
    "files": "odd files retry",
    "maintenance": "odd files maintenance upgrade a:policies",
    "leaving": "odd leaving slots files",
    "policies": "odd membership a:policies a:run_update",
    "clones": "odd clones a:policies a:run_update",
    "scan_policy": "odd online scan_policy a:scan_policy a:run_update a:policies a:retire,live",
    "scan_rhythm": "odd online a:scan_rhythm a:scan_policy",
    "run_scan": "odd online scan_policy a:run_scan a:scan_policy a:uninstall_plugin a:retire,live",
    "retire": "odd slots a:retire a:dispose a:refresh a:delete",
    "check_in": "odd statuses online a:retire,live a:retire a:refresh",
    "check_in_disposed": "odd statuses online a:dispose,live a:refresh",
    "check_in_twice": "odd statuses online a:retire,live a:dispose,live a:retire a:refresh",
    "delete": "odd statuses slots a:delete,live a:delete a:send_inventory a:refresh a:uninstall_plugin a:retire,live",
    "delete_hours": "odd statuses slots online a:delete,live a:delete a:send_inventory a:refresh a:uninstall_plugin a:retire,live",
    "delete_policies": "odd statuses a:delete,live a:policies a:run_update",
    "uninstall": "odd no_inventory_after_change a:uninstall_plugin a:install_plugin a:uninstall_agent a:send_inventory",
    "reimage": "odd statuses a:reimage a:reimage,new a:retire a:dispose a:policies",
    "purging": "odd statuses purging a:retire a:reimage a:send_inventory a:dispose",
    "purging_hours": "odd purging online a:retire,live a:reimage a:reimage,new a:send_inventory",
    "selectors": "odd statuses selectors a:retire a:retire,live a:dispose a:delete a:uninstall_plugin a:uninstall_agent a:send_inventory"
                 " a:reimage",
    "silent_for": "odd silent a:retire a:uninstall_agent a:send_inventory",
    "unreachable": "odd unreachable",
    "unreachable_hours": "odd unreachable online no_inventory_after_change a:retire,live a:delete,live a:reimage a:uninstall_plugin",
    "event_queue": "odd event_queue a:queue",
    "event_queue_hours": "odd event_queue statuses online a:queue a:retire,live a:delete,live a:reimage a:uninstall_plugin",
    "event_queue_files": "odd event_queue files a:queue a:run_scan",
    "event_queue_retry": "odd event_queue retry a:queue",
    "event_queue_purging": "odd event_queue purging a:queue a:retire a:reimage",
    "event_queue_updates": "odd event_queue updates late_import a:queue a:task a:run_scan",
    "unreachable_actions": "odd unreachable statuses no_inventory_after_change a:send_inventory a:run_scan a:delete,live a:requests a:uninstall_plugin",
    "unreachable_purging": "odd unreachable purging a:retire,live a:reimage",
    "unreachable_updates": "odd unreachable updates late_import a:task a:retire",
    "unreachable_queue": "odd unreachable event_queue online a:queue a:requests a:inventories a:policies a:scan_rhythm",
    "rhythms": "odd request_phase no_inventory_after_change a:requests a:inventories",
    "rhythms_hours": "odd request_phase online a:requests a:inventories a:retire,live a:uninstall_plugin a:reimage",
    "updates": "odd updates",
    "updates_late": "odd updates late_import",
    "updates_imports": "odd updates import_fails a:imports a:pm_import",
    "updates_sites": "odd updates late_import slots outage bandwidth",
    "updates_hours": "odd updates late_import online slots",
    "updates_files": "odd updates files leaving",
    "updates_expired": "odd updates files maintenance a:pm_import a:enable a:task",
    "updates_tasks": "odd updates late_import a:task a:pm_import a:enable a:retire a:uninstall_plugin",
    "updates_tasks_hours": "odd updates late_import online outage slots a:task a:pm_import a:enable",
    "updates_actions": "odd updates late_import slots a:retire a:uninstall_plugin a:install_plugin a:uninstall_agent a:reimage"
                       " a:refresh a:policies",
    "updates_unusable": "odd updates late_import old_unusable a:retire",
    "updates_resend": "odd updates late_import resend a:retire a:refresh",
    "updates_retired": "odd updates late_import a:retire,live a:task",
    "event_queue_leaving": "odd event_queue leaving a:queue",
    "event_queue_by_hand": "odd event_queue a:queue a:send_inventory",
    "purging_uninstalled": "odd purging a:uninstall_agent a:retire a:retire,live a:dispose a:reimage a:reimage,new",
    "old_versions": "odd old_versions slots online outage a:retire a:refresh a:delete,live a:uninstall_plugin a:install_plugin",
    "mixed": "odd slots files retry request_phase no_inventory_after_change a:retire a:retire,live a:refresh a:uninstall_plugin a:install_plugin"
             " a:uninstall_agent a:send_inventory a:reimage a:policies a:run_update a:dispose",
    "mixed_hours": "odd statuses online slots files a:retire a:retire,live a:refresh a:uninstall_plugin a:install_plugin a:uninstall_agent"
                   " a:send_inventory a:reimage a:reimage,new a:delete,live a:delete a:dispose,live a:policies a:run_update a:membership",
}
FEATURES = {name: [x.replace(",", " ") for x in aspects.split()] for name, aspects in FEATURES.items()}
