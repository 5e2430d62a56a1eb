"""Where carriers tell of their parcels. Data: who is not here is shown without a link."""

from collections.abc import Mapping
from urllib.parse import quote

from livehouse.domains.aftersales.model.parcels import Label

CARRIERS: Mapping[str, str] = {
    "DHL": "https://www.dhl.com/global-en/home/tracking.html?tracking-id={number}",
    "DPD": "https://tracking.dpd.de/parcelstatus?query={number}",
    "FedEx": "https://www.fedex.com/fedextrack/?trknbr={number}",
    "GLS": "https://gls-group.com/track/{number}",
    "SF Express": "https://www.sf-express.com/chn/en/waybill/waybill-detail/{number}",
    "UPS": "https://www.ups.com/track?tracknum={number}",
}


def tracking_link(label: Label) -> str:
    """The address where the carrier tells of this parcel, empty for one we do not know."""
    known = {name.casefold(): address for name, address in CARRIERS.items()}
    address = known.get(label.carrier.casefold(), "")
    return address.format(number=quote(label.tracking, safe=""))
