"""Delivery: a password or key is made, handed over and noted; or it is taken back.

    mark: under way ─► make ─► deliver ─► prove ─► mark: delivered
                        │         └───────┴ failed ─► delete again ─► the change fails
                        └ no trustworthy answer ─► find by reading, delete ─► once more, within bounds

The one place that knows this road. Killed anywhere on it, the next run finds the mark, and what is neither delivered nor older
than it; the planner then takes that away. A secret lives from the answer of the service to the end of its delivery.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

import tenacity

from ramstack.account.performer import WAITS, Part, Performer
from ramstack.account.turns import Turns
from ramstack.gateway.port import KeyRow, NewKey, Receipt
from ramstack.model.account import Account
from ramstack.model.address import user_address
from ramstack.model.call import (
    Call,
    CreateAccessKey,
    CreateLoginProfile,
    DeleteAccessKey,
    DeleteLoginProfile,
    Step,
    TagUsers,
    UpdateAccessKey,
    UpdateLoginProfile,
)
from ramstack.model.errors import (
    Conflict,
    GatewayError,
    NotAccepted,
    NotFound,
    RamstackError,
    SinkFailed,
    Uncertain,
)
from ramstack.model.mark import NO_MARK, KeysMark
from ramstack.model.moment import stamp
from ramstack.model.outcome import Fault, Status
from ramstack.model.owner import KEYS_TAG
from ramstack.model.proof import Verdict
from ramstack.model.resource import User
from ramstack.model.secret import Secret
from ramstack.secrets.payload import KeyPair, Password, Payload
from ramstack.secrets.sink import Sink

MAKING = 3  # attempts to make a key, each of which cost another one that had to be deleted
DELIVERING = 4  # attempts to hand over
LOGON_URL = "https://signin.aliyun.com/{domain}/login.htm"

Credential = CreateAccessKey | CreateLoginProfile | UpdateLoginProfile | UpdateAccessKey
PasswordSource = Callable[[str, str], Secret]
"""A new password from `generate`, `env/NAME` or `file/PATH`, for a user. Raises RamstackError."""


@dataclass(frozen=True)
class Desk:
    """What a run needs to hand over, known before anything is made: who asks, where to, where passwords come from; clock and waiting are handed in."""

    account: str
    domain: str
    run: str
    sinks: Mapping[str, Sink]
    password: PasswordSource
    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    prove: Callable[[str, Secret], Verdict] = lambda _id, _secret: Verdict.WORKS
    """Whether the service accepts a key that was delivered; called before its secret is dropped."""


class _Failed(Exception):
    """A delivery that did not come about, or that could not be noted."""

    def __init__(self, fault: Fault, status: Status = "failed", key_id: str = "") -> None:
        super().__init__()
        self.fault, self.status, self.key_id = fault, status, key_id

    @classmethod
    def of(cls, error: SinkFailed | NotAccepted, rest: GatewayError | None, key_id: str = "") -> _Failed:
        """`rest` is why what was made could not be taken back."""
        code = type(error).__name__
        if rest is None:
            return cls(Fault(code, str(error)), "failed", key_id)
        after = f"; what was made could not be deleted again ({rest.code}), so the next run does it"
        return cls(Fault(code, f"{error}{after}"), "uncertain", key_id)


@dataclass(frozen=True)
class Courier:
    """Performs steps like a performer, and those that make or retire credentials by the road above.

    `marks` holds what each user's tag says now, `made` the keys that this run delivered, which reads may not show yet, `gone` those
    that it deleted, which reads may still show, `doubts` the users who may have a key of this run that nobody holds. Steps of one user take turns in order of issue; several threads may
    use it.
    """

    performer: Performer
    desk: Desk
    marks: dict[str, KeysMark] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)
    made: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    gone: set[str] = field(default_factory=set)
    doubts: set[str] = field(default_factory=set)

    def await_turn(self, step: Step) -> None:
        self.performer.await_turn(step)
        if call := _on_this_road(step):
            self.turns.announce(call.user, step.id)

    def perform(self, step: Step, *, has_turn: bool = True) -> list[Part]:
        """One part for every covered change; raises nothing that the gateway or a sink raises."""
        call = _on_this_road(step)
        if call is None:
            return self.performer.perform(step, has_turn=has_turn)
        with self.turns.turn(call.user, step.id):
            return [self._carried_out(step, call)]

    def _carried_out(self, step: Step, call: Credential) -> Part:
        where, sink = step.covers[0], getattr(call, "sink", "")
        try:
            match call:
                case CreateAccessKey():
                    key_id, request_id = self._new_key(step, call)
                case UpdateAccessKey():
                    key_id, request_id = call.key_id, self._retire(step, call)
                case _:
                    key_id, request_id = "", self._logon(step, call)
        except _Failed as failed:
            return Part(where, failed.status, fault=failed.fault, key_id=failed.key_id, sink=sink)
        except GatewayError as error:
            status: Status = "uncertain" if isinstance(error, Uncertain) else "failed"
            return Part(where, status, error.request_id, fault=Fault(error.code, error.message), sink=sink)
        except RamstackError as error:
            return Part(where, "failed", fault=Fault(type(error).__name__, str(error)), sink=sink)
        return Part(where, "done", request_id, key_id=key_id, sink=sink)

    def _new_key(self, step: Step, call: CreateAccessKey) -> tuple[str, str]:
        receipt, key = self._made(step, call)
        try:
            self._deliver(call.user, call.sink, KeyPair(key.id, key.secret), key.created)
            is_proven = self._proven(key)
        except (SinkFailed, NotAccepted) as error:
            rest = self._revoked(step, call.user, key.id)
            raise _Failed.of(error, rest, key.id) from None
        finally:
            key.secret.drop()
        try:
            mark = self._mark(call.user)
            noted = mark.delivering(key.id, is_proven=is_proven, in_doubt=call.user in self.doubts)
            self._note(step, call.user, noted)
        except GatewayError as error:
            self.doubts.add(call.user)
            said = f"it was delivered, and could not be noted ({error.code}), so the next run replaces it"
            raise _Failed(Fault(error.code, said), "uncertain", key.id) from None
        self.made[call.user].add(key.id)
        return key.id, receipt.request_id

    def _proven(self, key: NewKey) -> bool:
        """Whether the key works. One that may yet is kept, and what it replaces with it; raises NotAccepted where it never will."""
        verdict = self.desk.prove(key.id, key.secret)
        if verdict is Verdict.WRONG_SECRET:
            raise NotAccepted(
                f"{key.id} was delivered, and its secret signs nothing that the service accepts"
            )
        return verdict is Verdict.WORKS

    def _made(self, step: Step, call: CreateAccessKey) -> tuple[Receipt, NewKey]:
        """A new key. Each attempt without an answer is looked for and undone before the next one."""
        last = GatewayError("Unsettled", "no attempt was made")
        for attempt in range(MAKING):
            there = self._cleared(step, call.user)
            self._note(
                step, call.user, self._mark(call.user).beginning(self.desk.run, self.desk.now(), there)
            )
            try:
                receipt = self.performer.writer.perform(call, has_turn=attempt == 0)
            except Uncertain as error:
                last = error
                self._take_back_unknown(step, call.user, there, error)
            except GatewayError:
                self._close(step, call.user)
                raise
            else:
                assert receipt.key is not None
                return receipt, receipt.key
        raise last

    def _cleared(self, step: Step, user: str) -> frozenset[str]:
        """The ids of a user's keys, once those are gone that the mark calls nobody's: the next mark would not know them."""
        rows, mark = self._rows(user), self._mark(user)
        lost = {row.id for row in rows if mark.lost_key(row.id, row.created)}
        for key_id in lost:
            self._delete(step, user, key_id)
        return frozenset(row.id for row in rows) - lost | self.made[user]

    def _take_back_unknown(self, step: Step, user: str, there: frozenset[str], doubt: Uncertain) -> None:
        """Delete the key of an attempt without an answer. Raises the doubt when reading or deleting fails."""
        was_in_doubt = user in self.doubts
        self.doubts.add(user)
        try:
            unknown = self._appeared(user, there)
            for key_id in unknown:
                self._delete(step, user, key_id)
        except GatewayError:
            raise doubt from None
        if unknown and not was_in_doubt:
            self.doubts.discard(user)

    def _appeared(self, user: str, there: frozenset[str]) -> frozenset[str]:
        """Keys that were not there before, looked for patiently: reads may lag behind the write that got no answer."""
        for wait in (0.0, *WAITS):
            self.desk.sleep(wait)
            if found := frozenset(row.id for row in self._rows(user)) - there:
                return found
        return frozenset()

    def _rows(self, user: str) -> Sequence[KeyRow]:
        """A user's keys; of a new user that reading does not show yet, none."""
        try:
            rows = self.performer.reader.access_keys(user)
        except NotFound:
            return ()
        return [row for row in rows if row.id not in self.gone]

    def _revoked(self, step: Step, user: str, key_id: str) -> GatewayError | None:
        """Delete a key that was not delivered. What stands against it is returned: the mark tells the next run."""
        try:
            self._delete(step, user, key_id)
        except GatewayError as error:
            self.doubts.add(user)
            return error
        self._close(step, user)
        return None

    def _close(self, step: Step, user: str) -> None:
        """No key is under way any more, and none was left: else one that somebody makes now would be taken for ours."""
        if user not in self.doubts:
            with suppress(GatewayError):
                self._note(step, user, replace(self._mark(user), seen=frozenset(), under_way=None))

    def _delete(self, step: Step, user: str, key_id: str) -> None:
        self._settled(step, UpdateAccessKey(user, key_id, "Inactive"))
        self._settled(step, DeleteAccessKey(user, key_id))
        self.gone.add(key_id)

    def _retire(self, step: Step, call: UpdateAccessKey) -> str:
        self._note(step, call.user, self._mark(call.user).retiring(call.key_id, self.desk.now()))
        return self._settled(step, call)

    def _logon(self, step: Step, call: CreateLoginProfile | UpdateLoginProfile) -> str:
        """The mark remembers whether the password was to be reset, and errs towards saying so once more."""
        if call.source:
            return self._new_password(step, call)
        if call.reset_required is False:
            self._note_password(step, call.user, "set")
        request_id = self._settled(step, call)
        if call.reset_required:
            self._note_password(step, call.user, "reset")
        return request_id

    def _new_password(self, step: Step, call: CreateLoginProfile | UpdateLoginProfile) -> str:
        """A password that goes to no sink is one that somebody has already: nothing can be lost."""
        password = self.desk.password(call.source, call.user)
        call = replace(call, password=password)
        try:
            if call.sink and not self._is_known_as_lost(call):
                self._note_password(step, call.user, stamp(self.desk.now()))
            request_id = self._set(step, call)
            if call.sink:
                self._deliver(call.user, call.sink, Password(password), stamp(self.desk.now()))
        except SinkFailed as error:
            raise _Failed.of(error, self._logged_off(step, call.user)) from None
        finally:
            password.drop()
        self._note_password(step, call.user, "reset" if call.reset_required else "set")
        return request_id

    def _is_known_as_lost(self, call: CreateLoginProfile | UpdateLoginProfile) -> bool:
        """The mark tells a lost password by the date of its logon, and so must keep the moment at which that was made."""
        return isinstance(call, UpdateLoginProfile) and self._mark(call.user).has_password_under_way

    def _set(self, step: Step, call: CreateLoginProfile | UpdateLoginProfile) -> str:
        """Until the password is certainly the one in the call.

        After an attempt without an answer the password is set once more, since it can be, and again when nothing is there.
        """
        again = UpdateLoginProfile(
            call.user, call.reset_required, call.mfa_required, call.source, call.sink, call.password
        )
        was_lost, last = False, GatewayError("Unsettled", "no attempt was made")
        for wait in WAITS:
            try:
                return self.performer.writer.perform(call).request_id
            except Uncertain as error:
                was_lost, last = True, error
            except GatewayError as error:
                if isinstance(call, CreateLoginProfile) and call.sink and not was_lost:
                    with suppress(GatewayError):
                        self._note_password(step, call.user, "")
                if not (was_lost and isinstance(error, Conflict)):
                    raise
            try:
                return self._settled(step, again)
            except NotFound:
                self.desk.sleep(wait)
        raise last

    def _logged_off(self, step: Step, user: str) -> GatewayError | None:
        try:
            self._settled(step, DeleteLoginProfile(user))
            self._note_password(step, user, "")
        except GatewayError as error:
            return error
        return None

    def _deliver(self, user: str, sink: str, credential: KeyPair | Password, created: str) -> None:
        """Hand over, within bounds. Raises SinkFailed, and nothing else that a sink may raise."""
        name, url = f"{user}@{self.desk.domain}", LOGON_URL.format(domain=self.desk.domain)
        payload = Payload(self.desk.account, user, name, url, credential, created)
        retrying = tenacity.Retrying(
            sleep=self.desk.sleep,
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, SinkFailed) and e.transient),
            stop=tenacity.stop_after_attempt(DELIVERING),
            wait=tenacity.wait_exponential(0.5, max=8),
            reraise=True,
        )
        try:
            retrying(self.desk.sinks[sink].deliver, payload)
        except SinkFailed as error:
            failure = SinkFailed(sink, str(error).removeprefix(f"sink {sink}: "))
        except Exception as error:  # noqa: BLE001 - whatever a sink raises may hold what it was given
            failure = SinkFailed(sink, f"it failed in a way it does not tell ({type(error).__name__})")
        else:
            return
        raise failure

    def _mark(self, user: str) -> KeysMark:
        return self.marks.get(user, NO_MARK)

    def _note(self, step: Step, user: str, mark: KeysMark) -> None:
        """Write the user's mark; what it said before holds until the service has taken it."""
        if mark != self._mark(user):
            self._settled(step, TagUsers((user,), ((KEYS_TAG, str(mark)),)))
            self.marks[user] = mark

    def _note_password(self, step: Step, user: str, said: str) -> None:
        self._note(step, user, replace(self._mark(user), password=said))

    def _settled(self, step: Step, call: Call) -> str:
        return self.performer.settled(replace(step, call=call), has_turn=False)


def _on_this_road(step: Step) -> Credential | None:
    match step.call:
        case (
            CreateAccessKey() | CreateLoginProfile() | UpdateLoginProfile() | UpdateAccessKey(retires=True)
        ) as call:
            return call
        case _:
            return None


def marks_of(live: Account) -> dict[str, KeysMark]:
    """What the users' tags say, by the names that they will have."""
    return {
        address.name: user.mark
        for address, user in live.resources.items()
        if isinstance(user, User) and address == user_address(address.name) and user.mark != NO_MARK
    }
