"""The road of one request: understood, authenticated, paced, authorised, performed, logged, answered.

Everything happens in one transaction. Laws: a call that is refused leaves nothing behind but its nonce, its token
and its line in the log; a success body never has the keys Code, Success or Message.
"""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType

from ramstack.emulator.authenticate import authenticate, forget_old_nonces
from ramstack.emulator.authorize import Question, authorize
from ramstack.emulator.call import NOBODY, Account, Action, Body, Call, Caller, Circumstances, write_date
from ramstack.emulator.calls import TIDYING, LoggedCall, forget_old_calls, log_call
from ramstack.emulator.circumstances import circumstances_of, resource_tags_of
from ramstack.emulator.diagnosis import Denied
from ramstack.emulator.errors import Refusal
from ramstack.emulator.faults import REFUSING, UNPERFORMED, Fault, Sighting, Trouble
from ramstack.emulator.logon import log_on
from ramstack.emulator.oidc import issue_token
from ramstack.emulator.pace import rate_of, take_token
from ramstack.emulator.params import Params
from ramstack.emulator.past import Past
from ramstack.emulator.products import RAM, Product, find_action, find_product, kind_of
from ramstack.emulator.replies import JSON_TYPE, XML_TYPE, as_json, as_xml, wants_xml
from ramstack.emulator.resources import resources_of
from ramstack.emulator.settings import Settings
from ramstack.emulator.store import Store
from ramstack.emulator.wire import Operation, RawRequest, read_operation
from ramstack.emulator.world import World

TROUBLESHOOT = "https://api.aliyun.com/troubleshoot"


@dataclass(frozen=True)
class Answer:
    """What goes back over the socket, and what the network is to do to it."""

    status: int
    body: bytes
    fault: Fault | None = None
    content_type: bytes = JSON_TYPE


@dataclass
class Visit:
    """What is known of a request so far: it is filled in on the way. ``date`` is the service's, ``now`` the world's."""

    request_id: str
    now: datetime
    date: datetime
    is_xml: bool = False
    product: Product | None = None
    action: str = ""
    params: Params = field(default_factory=lambda: Params({}))
    caller: str = ""
    circumstances: Circumstances = field(default_factory=dict)
    fault: Fault | None = None

    @property
    def product_name(self) -> str:
        return self.product.name if self.product else ""

    @property
    def kind(self) -> str:
        return kind_of(self.action)


class Service:
    """Answers requests for one world, one at a time."""

    def __init__(self, world: World, settings: Settings) -> None:
        self.world = world
        self.settings = settings
        self.trouble = Trouble(settings.faults)
        self.past = Past(world.path, settings.stale_ms)

    def close(self) -> None:
        self.past.close()

    def answer(self, raw: RawRequest) -> Answer:
        with self.world.turn() as store:
            road = _Road(self, store, self._new_visit())
            try:
                body = road.walk(raw)
            except Refusal as refusal:
                return self._close(
                    store, road.visit, refusal.status, _refused(road.visit, refusal), refusal.code
                )
            return self._close(store, road.visit, 200, {"RequestId": road.visit.request_id, **body}, "")

    def edit(self, version: str, action: str, params: Params) -> Body:
        """Runs an action as root without a signature, as somebody at the console would. Raises Refusal."""
        product = find_product(version)
        perform = find_action(product, action)
        return self._perform_at_console(perform, params)

    def log_on(self, user: str, password: str) -> Body:
        """The credentials of a session of the user. Raises Refusal."""
        return self._perform_at_console(log_on, Params({"UserName": user, "Password": password}))

    def _perform_at_console(self, perform: Action, params: Params) -> Body:
        with self.world.turn() as store:
            account = self.world.account(store)
            caller = Caller("root", account.root_arn, "console")
            date = self.date(account, self.world.clock())
            return perform(self.new_call(store, account, caller, params, date))

    def oidc_token(self, subject: str, audience: str) -> str:
        with self.world.turn() as store:
            account = self.world.account(store)
            return issue_token(account, subject, audience, self.date(account, self.world.clock()))

    def date(self, account: Account, now: datetime) -> datetime:
        """The service's date: what it writes, and when it takes things to end. Signatures go by the true time."""
        return now + self.settings.date_offset + account.shift

    def new_call(
        self,
        store: Store,
        account: Account,
        caller: Caller,
        params: Params,
        date: datetime,
        circumstances: Circumstances = MappingProxyType({}),
    ) -> Call:
        return Call(
            store=store,
            params=params,
            account=account,
            caller=caller,
            now=date,
            dice=self.world.dice,
            settings=self.settings,
            circumstances=circumstances,
        )

    def _new_visit(self) -> Visit:
        request_id = str(uuid.UUID(int=self.world.dice.getrandbits(128), version=4)).upper()
        now = self.world.clock()
        return Visit(request_id=request_id, now=now, date=now)

    def _close(self, store: Store, visit: Visit, status: int, body: Body, code: str) -> Answer:
        number = log_call(
            store,
            LoggedCall(
                time=write_date(visit.now),
                product=visit.product_name,
                version=visit.product.version if visit.product else "",
                action=visit.action,
                kind=visit.kind,
                caller=visit.caller,
                params=visit.params,
                status=status,
                code=code,
                request_id=visit.request_id,
                fault=visit.fault.effect if visit.fault else "",
            ),
        )
        if number % TIDYING == 0:
            forget_old_calls(store, number)
            forget_old_nonces(store, visit.now)
        if visit.is_xml:
            root = "Error" if code else f"{visit.action}Response"
            return Answer(status, as_xml(root, body), visit.fault, XML_TYPE)
        return Answer(status, as_json(body), visit.fault)


class _Road:
    """One request on its way. ``visit`` tells how far it came."""

    def __init__(self, service: Service, store: Store, visit: Visit) -> None:
        self._service = service
        self._store = store
        self.visit = visit

    def walk(self, raw: RawRequest) -> Body:
        operation = read_operation(raw)
        action = self._identify(operation)
        account = self._service.world.account(self._store)
        self.visit.date = self._service.date(account, self.visit.now)
        caller = self._authenticate(account, operation)
        self.visit.caller = caller.arn
        self.visit.circumstances = circumstances_of(
            raw, caller, self.visit.product_name, self.visit.action, self.visit.params, self.visit.date
        )
        self._meet_trouble()
        self._pace()
        self._check_open(account)
        self._authorize(account, caller)
        if self.visit.fault and self.visit.fault.effect in UNPERFORMED:
            return {}
        return self._perform(action, account, caller)

    def _authenticate(self, account: Account, operation: Operation) -> Caller:
        assert self.visit.product is not None
        if operation.action in self.visit.product.unsigned:
            return NOBODY
        name = self.visit.product.name
        return authenticate(self._store, account, operation, self.visit.now, self.visit.date, name)

    def _identify(self, operation: Operation) -> Action:
        visit = self.visit
        visit.action, visit.params = operation.action, Params(operation.arguments)
        visit.is_xml = wants_xml(operation.raw, operation.params)
        visit.product = find_product(operation.version)
        return find_action(visit.product, operation.action)

    def _meet_trouble(self) -> None:
        visit = self.visit
        assert visit.product is not None
        sighting = Sighting(visit.action, visit.product.name, visit.kind, visit.params)
        fault = visit.fault = self._service.trouble.strike(sighting)
        if fault and fault.effect in REFUSING:
            raise Refusal(REFUSING[fault.effect], f"The embedded account was told to answer {fault.effect}.")

    def _pace(self) -> None:
        settings, visit = self._service.settings, self.visit
        if settings.quota == "off" or visit.product is None:
            return
        rate = rate_of(visit.product.name, visit.action, visit.kind) * settings.quota_scale
        take_token(self._store, f"{visit.product.name}:{visit.action}", rate, visit.now)

    def _check_open(self, account: Account) -> None:
        product = self.visit.product
        assert product is not None
        if product.code in account.closed:
            raise Refusal(product.closed, f"The account did not activate the service {product.code}.")

    def _authorize(self, account: Account, caller: Caller) -> None:
        visit, product = self.visit, self.visit.product
        assert product is not None
        if caller.kind == "root":
            return
        resources = resources_of(self._store, account, product.name, visit.action, visit.params, caller)
        question = Question(
            action=f"{product.code}:{visit.action}",
            resources=resources,
            circumstances=visit.circumstances,
            tags=resource_tags_of(self._store, account, resources),
            code=product.denial,
        )
        authorize(self._store, account, caller, question)

    def _perform(self, action: Action, account: Account, caller: Caller) -> Body:
        """A read may see the account as it was a moment ago; a write sees it as it is."""
        params = self.visit.params
        if self.visit.kind == "read":
            past = self._service.past.store_at(self.visit.now) or self._store
            return action(
                self._service.new_call(
                    past, account, caller, params, self.visit.date, self.visit.circumstances
                )
            )
        with self._store.attempt():
            return action(
                self._service.new_call(
                    self._store, account, caller, params, self.visit.date, self.visit.circumstances
                )
            )


def unreadable(reason: str) -> bytes:
    """The reply to what is no request at all."""
    now = datetime.now(UTC)
    visit = Visit(str(uuid.uuid4()).upper(), now, now)
    return as_json(_refused(visit, Refusal("InvalidParameter.Format", reason)))


def _refused(visit: Visit, refusal: Refusal) -> Body:
    product = visit.product or RAM
    detail = {"AccessDeniedDetail": refusal.detail} if isinstance(refusal, Denied) else {}
    return {
        "RequestId": visit.request_id,
        "HostId": product.host,
        "Code": refusal.code,
        "Message": refusal.message,
        "Recommend": f"{TROUBLESHOOT}?q={refusal.code}&product={product.name}&requestId={visit.request_id}",
        **detail,
    }
