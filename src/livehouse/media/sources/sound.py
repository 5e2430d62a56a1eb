"""The sound of the test stage: a quiet chord that breathes, and a soft chime on every second."""

import numpy as np
from msgspec import Struct

from livehouse.media.packets import AUDIO_FRAME_SAMPLES, AudioFormat
from livehouse.media.sources.encoding import AUDIO_RATE, Samples, encode_sound

# 16 s are a whole number of AAC frames (750), so the loop can be encoded once and repeated.
LOOP_SECONDS = 16
LOOP_FRAMES = LOOP_SECONDS * AUDIO_RATE // AUDIO_FRAME_SAMPLES
LEAD_FRAMES = 4
# Four chords of four seconds, low and wide apart (Hz): D, B minor, G, A.
CHORDS = (
    (73.5, 146.75, 220.0, 277.25, 369.75),
    (61.75, 123.5, 220.0, 293.75, 369.75),
    (49.0, 98.0, 196.0, 293.75, 369.75),
    (55.0, 110.0, 220.0, 277.25, 329.5),
)
CHORD_SECONDS = LOOP_SECONDS // len(CHORDS)
# Of the D major pentatonic; high above the chords, so that its start can be measured.
CHIMES = (1174.7, 1480.0, 1760.0, 1318.5, 1480.0, 1760.0, 1974.5, 1480.0)
CHIME_SECONDS = 0.95
PAD_LOUDNESS = 0.045
CHIME_LOUDNESS = 0.075
FADE_SECONDS = 1.5


class SoundLoop(Struct, frozen=True):
    """Encoded sound; packet `index % LOOP_FRAMES` belongs to frame `index` since 1970."""

    format: AudioFormat
    packets: list[bytes]

    def packet(self, index: int) -> bytes:
        return self.packets[index % LOOP_FRAMES]


def stage_sound() -> SoundLoop:
    """The whole loop as AAC; a few frames run ahead so that the encoder is in the swing."""
    once = stage_samples()
    lead = LEAD_FRAMES * AUDIO_FRAME_SAMPLES
    form, packets = encode_sound(np.concatenate([once[:, -lead:], once], axis=1))
    kept = packets[LEAD_FRAMES : LEAD_FRAMES + LOOP_FRAMES]
    assert len(kept) == LOOP_FRAMES, "the encoder gives one packet for each frame"
    return SoundLoop(format=form, packets=kept)


def stage_samples() -> Samples:
    """The loop as samples of two channels; its end joins its start."""
    length = LOOP_SECONDS * AUDIO_RATE
    left, right = np.zeros(length), np.zeros(length)
    for index, chord in enumerate(CHORDS):
        _add_chord(left, index, chord, detune=-0.125)
        _add_chord(right, index, chord, detune=0.125)
    for second in range(LOOP_SECONDS):
        chime = _chime(CHIMES[second % len(CHIMES)])
        start = second * AUDIO_RATE
        tilt = 0.5 + 0.25 * (second % 3 - 1)
        left[start : start + chime.size] += chime * (1 - tilt)
        right[start : start + chime.size] += chime * tilt
    return np.stack([left, right]).astype(np.float32)


def _add_chord(track: np.ndarray[tuple[int], np.dtype[np.float64]], index: int,
               chord: tuple[float, ...], *, detune: float) -> None:  # fmt: skip
    """Tones swell in before the chord's time and fade out after it, around the loop's seam."""
    fade = round(FADE_SECONDS * AUDIO_RATE)
    length = CHORD_SECONDS * AUDIO_RATE + fade
    time = np.arange(length) / AUDIO_RATE
    rise = np.clip(np.arange(length) / fade, 0, 1)
    swell = np.sin(np.minimum(rise, rise[::-1]) * np.pi / 2) ** 2
    tones = np.zeros(length)
    for number, pitch in enumerate(chord):
        breath = 1 + 0.25 * np.sin(2 * np.pi * (0.25 + 0.05 * number) * time)
        for harmonic, level in ((1, 1.0), (2, 0.22), (3, 0.07)):
            tones += level * breath * np.sin(2 * np.pi * (pitch + detune) * harmonic * time)
    positions = (index * CHORD_SECONDS * AUDIO_RATE + np.arange(length)) % track.size
    track[positions] += tones * swell * PAD_LOUDNESS / len(chord) * 2


def _chime(pitch: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    time = np.arange(round(CHIME_SECONDS * AUDIO_RATE)) / AUDIO_RATE
    attack = np.clip(time / 0.002, 0, 1)
    release = np.clip((CHIME_SECONDS - time) / 0.05, 0, 1)
    tone = np.sin(2 * np.pi * pitch * time) * np.exp(-time * 5.5)
    sparkle = 0.35 * np.sin(2 * np.pi * pitch * 2.76 * time) * np.exp(-time * 14)
    result: np.ndarray[tuple[int], np.dtype[np.float64]] = (
        (tone + sparkle) * attack * release * CHIME_LOUDNESS
    )
    return result
