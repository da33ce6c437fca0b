"""Events in order of instant, kind and number; clients, and what is known of each.

docs/MODEL.md, "Order within one instant". An event that waits for a condition is armed while the condition holds
(`want`) and forgotten when it ceases to.
"""

import heapq

from units import NEVER

# Those of the table, and three of this model that write no line: RhythmLearned, PolicyActs, TaskScanBegins.
KINDS = """LicenseFileEvent Action LifetimeEnds HoldingEnds PurgeCheck LicensingRefresh Import EnableBulletins
PackageServerTurn Enrol ImageApplied FirstContact CheckIn Return TargetsRecomputed InstallTargeted UninstallRequest
PluginRequest PluginInstalled ReportProcessed InventoryByHand PluginReported PackageTargeted PackageRequest
UpdateRequest RhythmLearned PolicyActs RemovalReported DownloadRetry PcGoesOff SiteDownloads UpdateCycle TaskScanBegins
ExtraScanReturned TaskScanReturned ScanReturned""".split()
ORDER = {kind: i for i, kind in enumerate(KINDS)}


class Client:
    """A record and the PC behind it."""

    def __init__(self, number, name, group):
        self.n, self.name, self.group = number, name, group
        self.base, self.generation = name, 1  # names of further records: base~2, base~3
        self.enrolled = False
        self.alive = False  # its agent runs
        self.stopped_at = 0  # when its agent stopped
        self.off = False  # its PC was switched off for good
        self.uninstalled = False  # its agent was uninstalled
        self.imaging = None  # keys of a re-image under way
        self.registering = False  # the server has not processed the first inventory of its new agent
        self.rec = None  # Active, Retired, Disposed, Deleted
        self.status_at = 0
        self.license = False
        self.superseded = None  # the newer record of its PC
        self.in_uninstall = False
        self.uninstall_at = 0
        self.install_target = False
        self.candidate = False  # waits for a membership update to become a target
        self.rejections = 0
        self.report_sent = 0  # when the inventory after a change is sent
        self.last_bi = self.bi_seen = 0  # last Basic Inventory processed; periodic ones counted up to here
        self.first_req = None
        self.registered_at = None
        self.requests = None  # rhythm of requests that its agent follows: (period, anchor)
        self.inventories = None
        self.learns = set()  # which of them changed: True for requests, False for inventories
        self.acted = 0  # the policies that act on it
        self.agents = 0  # tells its agent from the ones before
        self.epoch = 0  # of its scans beside the grid
        self.arms = {}
        self.fresh()

    def fresh(self):
        """An empty disk, nothing reported."""
        self.plugin = None  # req, loaded, installed
        self.pkg = None  # req, loaded, ready
        self.reported = False
        self.pkg_target = False
        self.removal = False  # gone, and not reported
        self.anchor = None  # of its scan grid: when the package was ready
        self.scans_since = None  # its last result
        self.scan_begin, self.scan_of_grid = None, False  # the scheduled scan that is next or under way
        self.dl = None
        self.next_dl = []  # packages to load after the present one
        self.pkg_version = self.tools = -1
        self.loading_version = self.loading_tools = -1
        self.got = {}  # policy -> scheduled, applying, installed
        self.cycle = None  # waiting, applying
        self.task = False  # a task made the cycle
        self.changed = True
        self.outdated = False


class Engine:
    """The queue of events and the list of lines."""

    def __init__(self):
        self.heap, self.sequence, self.out, self.now = [], 0, [], 0
        self.in_use = 0

    def push(self, t, kind, entity, handler):
        if t < NEVER:
            self.sequence += 1
            heapq.heappush(self.heap, (t, ORDER[kind], entity, self.sequence, handler))

    def arm(self, c, kind, t, handler, place=None, entity=None):
        """The one event of this kind of a client, perhaps at the place of another kind."""
        old = c.arms.get(kind)
        if old and old[0] == t:
            return
        token = (t, object())
        c.arms[kind] = token

        def fire():
            if c.arms.get(kind) is token:
                del c.arms[kind]
                handler(c)

        self.push(t, place or kind, c.n if entity is None else entity, fire)

    def want(self, c, kind, condition, when, handler):
        """An event that is due while its condition holds."""
        if not condition:
            c.arms.pop(kind, None)
        elif kind not in c.arms:
            self.arm(c, kind, when(), handler)

    def want_report(self, c, kind, condition, sent, handler):
        """Likewise, of an inventory that is sent then."""
        if condition and kind not in c.arms:
            self.arm_report(c, kind, sent(), handler)
        else:
            self.want(c, kind, condition, None, handler)

    def arm_report(self, c, kind, sent, handler):
        """Inventories that waited in the event queue are handled in the order of their arrival."""
        c.report_sent = sent
        t = self.processed(sent) if sent < NEVER else NEVER
        if t > sent:
            self.arm(c, kind, t, handler, "ReportProcessed", self.arrival(c, sent, kind))
        else:
            self.arm(c, kind, t, handler)

    def arrival(self, c, sent, kind):
        return (sent * 64 + ORDER[kind]) * 2**24 + c.n

    def log(self, c, word):
        self.out.append((self.now, c.name if c else "", word, self.in_use))

    def run(self):
        while self.heap and self.heap[0][0] <= self.end:
            self.now, _, _, _, handler = heapq.heappop(self.heap)
            handler()
        return self.out
