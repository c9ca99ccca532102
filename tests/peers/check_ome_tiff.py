"""Opens kept fields with other people's readers and checks what they see.

    pip install tifffile ome-types xmlschema
    python tests/peers/check_ome_tiff.py tests/fixtures/sessions/v1-sealed.ocular/fields/*.ome.tif

For every file: tifffile must read pixels and see an OME-TIFF; the OME-XML must be valid against the OME 2016-06 schema
(ome-types brings it) and carry pixel size, stage position, exposure and objective. Prints one line a file and the
SHA-256 of the pixels as tifffile decodes them; exit 1 when anything is not as it should be.
"""

import hashlib
import sys

import tifffile
from ome_types import from_xml, validate_xml


def check(path: str) -> str:
    with tifffile.TiffFile(path) as tif:
        if not tif.is_ome:
            raise AssertionError("tifffile does not take it for an OME-TIFF")
        series = [(s.axes, s.shape, str(s.dtype)) for s in tif.series]
        pixels = tif.series[0].asarray()
        xml = tif.ome_metadata
        resolution = tif.pages[0].get_resolution("MICROMETER")
    validate_xml(xml)
    ome = from_xml(xml)
    image = ome.images[0]
    plane, px = image.pixels.planes[0], image.pixels
    facts = {m.k: m.value for m in ome.structured_annotations[0].value.ms}
    objective = next(iter(ome.instruments[0].objectives), None)
    for name, value in {
        "PhysicalSizeX": px.physical_size_x,
        "PositionX": plane.position_x,
        "PositionY": plane.position_y,
        "ExposureTime": plane.exposure_time,
        "NominalMagnification": objective and objective.nominal_magnification,
        "LensNA": objective and objective.lens_na,
        "AcquisitionDate": image.acquisition_date,
        "frame_id": facts.get("frame_id"),
    }.items():
        if value is None:
            raise AssertionError(f"{name} is missing")
    if abs(px.physical_size_x * resolution[0] - 1) > 1e-6:
        raise AssertionError(f"TIFF resolution {resolution} does not agree with {px.physical_size_x} um per pixel")
    digest = hashlib.sha256(pixels.tobytes()).hexdigest()
    return (
        f"{path}: {facts['pixel_format']} {series}, {px.significant_bits} bits, "
        f"{px.physical_size_x} {px.physical_size_x_unit.value}, x {plane.position_x} {plane.position_x_unit.value}, "
        f"exposure {plane.exposure_time} {plane.exposure_time_unit.value}, "
        f"{objective.nominal_magnification:g}x/{objective.lens_na:g} {objective.immersion.value}, sha256 {digest}"
    )


if __name__ == "__main__":
    failed = 0
    for name in sys.argv[1:]:
        try:
            print(check(name))
        except Exception as error:  # noqa: BLE001  every fault of any reader is a finding
            failed += 1
            print(f"{name}: {type(error).__name__}: {error}")
    sys.exit(1 if failed or len(sys.argv) < 2 else 0)
