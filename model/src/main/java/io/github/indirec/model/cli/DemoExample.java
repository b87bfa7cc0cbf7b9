package io.github.indirec.model.cli;

import io.github.indirec.model.demo.PlantedIntents;
import io.github.indirec.model.serve.Recommendation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One user of the demonstration.
 *
 * @param history items before the held-out one
 * @param next the held-out item
 * @param intent name of the intent that the model reads from the history
 * @param recommended what it recommends
 */
record DemoExample(int user, int[] history, int next, String intent, List<Recommendation> recommended) {
    private static final int SHOWN_HISTORY = 8;

    /** As a JSON object. */
    Map<String, Object> toMap(PlantedIntents shop) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("user", user);
        map.put("history", Arrays.stream(history).mapToObj(shop::title).toList());
        map.put("next", shop.title(next));
        map.put("intent", intent);
        map.put(
                "recommended",
                recommended.stream().map(r -> shop.title(r.item())).toList());
        return map;
    }

    void print(Terminal terminal, PlantedIntents shop) {
        int from = Math.max(0, history.length - SHOWN_HISTORY);
        String items = Arrays.stream(history, from, history.length)
                .mapToObj(shop::title)
                .collect(Collectors.joining(" > "));
        terminal.result("");
        terminal.result("user %d: %s%s", user, from > 0 ? "... > " : "", items);
        terminal.result("  intent read from it: %s", intent);
        for (Recommendation recommendation : recommended) {
            terminal.result(
                    "  %s %s", recommendation.item() == next ? "*" : "-", withIntent(shop, recommendation.item()));
        }
        terminal.result("  what came next: %s", withIntent(shop, next));
    }

    private static String withIntent(PlantedIntents shop, int item) {
        return shop.title(item) + " (" + shop.intentName(shop.intentOf(item)) + ")";
    }
}
