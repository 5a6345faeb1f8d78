# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures to measure with, made here: the same ones on every machine. Needs python3-pil and
python3-numpy."""
import os
import re
import shutil

# How many of each, their sides, and how they are saved.
CORPORA = {
    'shop': (200, 1600, 1600, '.jpg', dict(quality=85, subsampling='4:2:0')),
    'shop, optimised': (200, 1600, 1600, '.jpg',
                        dict(quality=85, subsampling='4:2:0', optimize=True)),
    'camera': (24, 6000, 4000, '.jpg', dict(quality=92, subsampling='4:2:2')),
    'camera, progressive': (12, 6000, 4000, '.jpg', dict(quality=92, progressive=True)),
    'small': (400, 640, 480, '.jpg', dict(quality=80)),
    'PNG': (40, 1600, 1600, '.png', dict(compress_level=6)),
    'WebP': (60, 1600, 1600, '.webp', dict(quality=80)),
}


def make_picture(width, height, seed, has_alpha=False):
    """Something with large and small shapes, edges and noise, about as hard as a photograph."""
    import numpy
    from PIL import Image
    random = numpy.random.default_rng(seed)
    channels = []
    for _ in range(3):
        layers = numpy.zeros((height, width), numpy.float32)
        for side, weight in ((6, 110), (40, 50), (200, 30)):
            small = random.random((side, side), numpy.float32) * 255
            layer = Image.fromarray(small).resize((width, height), Image.BICUBIC)
            layers += (numpy.asarray(layer) - 128) * weight / 128
        layers += random.normal(0, 4, (height, width)).astype(numpy.float32)
        channels.append(numpy.clip(layers + 128, 0, 255).astype(numpy.uint8))
    if has_alpha:
        ramp = numpy.linspace(0, 510, height).clip(0, 255).astype(numpy.uint8)
        channels.append(numpy.repeat(ramp[:, None], width, axis=1))
    return Image.fromarray(numpy.dstack(channels))


def make_corpus(folder, name, scale):
    """Makes what is not there yet, and returns the paths. Distinct pictures are few, as making them
    takes long; files are many. Of a folder that is full already, pictures of others perhaps, files
    are taken evenly."""
    count, width, height, suffix, options = CORPORA[name]
    count = max(2, round(count * scale))
    folder = os.path.join(folder, re.sub(r'\W+', '-', name.lower()))
    os.makedirs(folder, exist_ok=True)
    there = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    if len(there) >= count:
        return there[::len(there) // count][:count]
    paths = [f'{folder}/{i:04d}{suffix}' for i in range(count)]
    for i, path in enumerate(paths):
        if os.path.exists(path):
            continue
        if i < 8:
            make_picture(width, height, i, suffix == '.png' and i % 2 == 1).save(path, **options)
        else:
            shutil.copyfile(paths[i % 8], path)
    return paths


def make_photograph(path):
    """One as a camera writes it, with EXIF that turns it and a profile that must be applied."""
    from PIL import Image, ImageCms
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile('sRGB'))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010f] = 'Nobody'
    make_picture(6000, 4000, 1).save(path, quality=92, subsampling='4:2:2', exif=exif.tobytes(),
                                     icc_profile=profile.tobytes())
