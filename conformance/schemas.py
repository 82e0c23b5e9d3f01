"""Microsoft's schemas as judges."""

from lxml import etree

from simulator import SHARED


class Schemas:
    """Microsoft's schemas. Faults and streams are judged by the variant for what Exchange really writes: `xml:lang` on
    faultstring, which SOAP 1.1 does not have, and the children of Notifications and ErrorSubscriptionIds in the
    namespace of messages."""

    LENIENT = ("Fault", "GetStreamingEventsResponse")

    def __init__(self):
        folder = SHARED / "ews/schema"
        self.strict, self.wire = (
            etree.XMLSchema(etree.parse(str(folder / f"wrapper-{name}.xsd"))) for name in ("strict", "wire")
        )

    def check(self, root):
        is_lenient = any(root.find(f"{{*}}Body/{{*}}{name}") is not None for name in self.LENIENT)
        (self.wire if is_lenient else self.strict).assertValid(root)
