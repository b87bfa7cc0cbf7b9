package io.github.indirec.model.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * The items of the demonstration shop: 24 interests, each with 35 to 45 products that only it sells.
 *
 * <p>Readable names, so that a list of recommendations can be judged by eye. A product is one range of the interest
 * followed by one kind of product; the first word of a title belongs to one interest alone.
 */
final class PlantedCatalog {
    /** An interest, and its titles in the order of the catalogue. */
    record Interest(String name, List<String> titles) {}

    /** All interests, always in this order. */
    static final List<Interest> INTERESTS = List.of(
            interest(
                    "espresso",
                    "Ristretto, Crema, Lungo, Barista, Doppio, Arabica, Moka, Cortado",
                    "Beans, Grinder, Tamper, Cup, Descaler"),
            interest(
                    "trail running",
                    "Ridgeline, Switchback, Singletrack, Fellside, Scree, Gravel, Ultra",
                    "Shoes, Gaiters, Race Vest, Headlamp, Soft Flask, Windshell"),
            interest(
                    "sourdough baking",
                    "Levain, Rye, Spelt, Miche, Boule, Batard",
                    "Starter Jar, Banneton, Dutch Oven, Bench Scraper, Scoring Lame, Flour"),
            interest(
                    "film photography",
                    "Rangefinder, Folding, Pinhole, Medium-format, Half-frame, Stereo, Reflex, Box",
                    "Camera, Film Roll, Light Meter, Lens Cloth, Camera Strap"),
            interest(
                    "loose-leaf tea",
                    "Darjeeling, Sencha, Oolong, Assam, Pu-erh, Matcha, Keemun, Rooibos, Jasmine",
                    "Tea Tin, Teapot, Infuser, Tasting Bowl, Tea Caddy"),
            interest(
                    "vinyl records",
                    "Mono, Half-speed, Audiophile, Shellac, Picture-disc, Reissue, Bootleg",
                    "Pressing, Inner Sleeve, Stylus, Slipmat, Record Brush"),
            interest(
                    "indoor climbing",
                    "Crimp, Sloper, Dyno, Heelhook, Arete, Overhang, Campus, Pinch",
                    "Climbing Shoes, Chalk Bag, Brush, Finger Tape, Hangboard"),
            interest(
                    "home brewing",
                    "Porter, Saison, Pilsner, Lambic, Stout, Hefeweizen",
                    "Malt Kit, Hops, Yeast, Fermenter, Airlock, Bottle Caps"),
            interest(
                    "watercolour painting",
                    "Cobalt, Umber, Sienna, Viridian, Ochre, Cerulean, Sepia, Madder",
                    "Half Pan, Paint Tube, Mop Brush, Cotton Paper, Palette"),
            interest(
                    "aquarium keeping",
                    "Tetra, Cichlid, Guppy, Rasbora, Corydoras, Gourami, Betta",
                    "Flakes, Filter, Heater, Driftwood, Test Strips, Net"),
            interest(
                    "beekeeping",
                    "Apiary, Nectar, Clover, Heather, Acacia, Linden, Swarm",
                    "Frame, Hive Tool, Smoker, Veil, Honey Jar"),
            interest(
                    "bonsai",
                    "Juniper, Maple, Ficus, Larch, Elm, Azalea, Hornbeam, Yew",
                    "Seedling, Training Pot, Wire, Concave Cutter, Akadama"),
            interest(
                    "model railways",
                    "Branch-line, Narrow-gauge, Mainline, Shunter, Express, Goods-yard, Tramway, Mountain",
                    "Locomotive, Wagon, Track Pack, Signal, Station Kit"),
            interest(
                    "chess",
                    "Najdorf, Caro-Kann, Gambit, Endgame, Fianchetto, Zugzwang, Dragon",
                    "Opening Book, Board, Piece Set, Clock, Puzzle Cards"),
            interest(
                    "road cycling",
                    "Peloton, Criterium, Gran-fondo, Breakaway, Velodrome, Domestique, Paceline, Col",
                    "Jersey, Bib Shorts, Inner Tube, Bottle Cage, Chain Oil"),
            interest(
                    "fly fishing",
                    "Mayfly, Caddis, Nymph, Streamer, Stonefly, Emerger",
                    "Lure, Leader, Reel, Landing Net, Waders, Fly Box"),
            interest(
                    "knitting",
                    "Merino, Alpaca, Mohair, Shetland, Cashmere, Boucle, Donegal, Icelandic",
                    "Yarn, Needles, Stitch Markers, Pattern, Row Counter"),
            interest(
                    "woodworking",
                    "Dovetail, Mortise, Walnut, Rebate, Spokeshave, Veneer, Oak",
                    "Chisel, Hand Plane, Clamp, Sharpening Stone, Marking Gauge, Finish"),
            interest(
                    "stargazing",
                    "Nebula, Perseid, Orion, Andromeda, Equinox, Pulsar, Eclipse, Cassiopeia",
                    "Telescope, Eyepiece, Star Chart, Red Torch, Tripod"),
            interest(
                    "bird watching",
                    "Kestrel, Warbler, Avocet, Curlew, Goldcrest, Osprey, Nuthatch",
                    "Field Guide, Binoculars, Feeder, Nest Box, Hide"),
            interest(
                    "yoga",
                    "Vinyasa, Hatha, Yin, Ashtanga, Lotus, Savasana, Kundalini, Sunrise",
                    "Mat, Block, Bolster, Belt, Leggings"),
            interest(
                    "sea kayaking",
                    "Fjord, Skerry, Estuary, Archipelago, Headland, Tidal, Lagoon",
                    "Paddle, Spray Deck, Dry Bag, Buoyancy Aid, Bilge Pump"),
            interest(
                    "fountain pens",
                    "Italic, Stub, Flex, Oblique, Broad, Needlepoint, Architect, Cursive, Zoom",
                    "Nib, Ink Bottle, Converter, Notebook"),
            interest(
                    "mechanical keyboards",
                    "Tactile, Linear, Clicky, Ortholinear, Split, Silent, Topre, Hot-swap",
                    "Switches, Keycaps, Wrist Rest, Coiled Cable, Desk Mat"));

    private PlantedCatalog() {}

    private static Interest interest(String name, String ranges, String kinds) {
        List<String> titles = new ArrayList<>();
        for (String range : ranges.split(", ")) {
            for (String kind : kinds.split(", ")) {
                titles.add(range + " " + kind);
            }
        }
        return new Interest(name, List.copyOf(titles));
    }
}
