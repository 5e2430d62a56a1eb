"""The test stage as a picture: drawn once in layers, then only put together for every frame."""

from livehouse.media.sources.scene.picture import StagePicture

__all__ = ["StagePicture"]
