package io.github.indirec.kernels.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * For each instruction the nearest one that every way from it to the end of the kernel passes: where lanes that a
 * branch has parted are due to meet again. By the iteration of Cooper, Harvey and Kennedy (2001), from the end
 * backwards.
 */
final class PostDominators {
    private static final int NONE = -1;

    private final List<int[]> successors;
    private final int[] nearest;
    /** For each instruction how late a walk backwards from the end leaves it: the end last. */
    private final int[] rank;

    /** @param successors of each instruction; their number stands for the end */
    PostDominators(List<int[]> successors) {
        this.successors = successors;
        int end = successors.size();
        nearest = new int[end + 1];
        rank = new int[end + 1];
        Arrays.fill(nearest, NONE);
        nearest[end] = end;
        int[] order = walk(end);
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int k = order.length - 2; k >= 0; k--) {
                changed |= update(order[k]);
            }
        }
    }

    /** The nearest instruction, the number of instructions for the end, or -1 where no way leads to the end. */
    int of(int instruction) {
        return nearest[instruction];
    }

    /** All instructions from which the end can be reached, each after those that lead to it alone. */
    private int[] walk(int end) {
        List<List<Integer>> before = new ArrayList<>();
        for (int i = 0; i <= end; i++) {
            before.add(new ArrayList<>());
        }
        for (int i = 0; i < end; i++) {
            for (int next : successors.get(i)) {
                before.get(next).add(i);
            }
        }
        int[] order = new int[end + 1];
        int[] path = new int[end + 1];
        int[] tried = new int[end + 1];
        boolean[] seen = new boolean[end + 1];
        int depth = 0;
        int left = 0;
        path[0] = end;
        seen[end] = true;
        while (depth >= 0) {
            int at = path[depth];
            if (tried[at] < before.get(at).size()) {
                int next = before.get(at).get(tried[at]++);
                if (!seen[next]) {
                    seen[next] = true;
                    path[++depth] = next;
                }
            } else {
                rank[at] = left;
                order[left++] = at;
                depth--;
            }
        }
        return Arrays.copyOf(order, left);
    }

    private boolean update(int instruction) {
        int common = NONE;
        for (int next : successors.get(instruction)) {
            if (nearest[next] != NONE) {
                common = common == NONE ? next : meet(common, next);
            }
        }
        boolean changed = common != nearest[instruction];
        nearest[instruction] = common;
        return changed;
    }

    private int meet(int a, int b) {
        int x = a;
        int y = b;
        while (x != y) {
            while (rank[x] < rank[y]) {
                x = nearest[x];
            }
            while (rank[y] < rank[x]) {
                y = nearest[y];
            }
        }
        return x;
    }
}
