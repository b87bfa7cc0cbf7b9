package io.github.indirec.kernels.driver;

/**
 * The arguments with which a column-major matrix product, as cuBLAS has it, computes a row-major one.
 *
 * <p>A row-major matrix read by columns is its transpose. So for C = op(A) op(B) cuBLAS is asked for
 * C^T = op(B)^T op(A)^T: B comes first and A second, m and n change places, and each keeps its own row length as
 * leading dimension and its own transposition, because what has to be transposed once more has been so by reading it.
 *
 * @param transposeFirst whether cuBLAS transposes its first matrix, which is B
 * @param transposeSecond whether cuBLAS transposes its second matrix, which is A
 * @param m rows of the column-major result: columns of C
 * @param n columns of the column-major result: rows of C
 * @param k length of the sums
 * @param firstLeading leading dimension of the first matrix
 * @param secondLeading leading dimension of the second matrix
 * @param resultLeading leading dimension of the result
 */
public record ColumnMajorGemm(
        boolean transposeFirst,
        boolean transposeSecond,
        int m,
        int n,
        int k,
        int firstLeading,
        int secondLeading,
        int resultLeading) {

    /**
     * For the row-major C (rows x columns) = op(A) (rows x k) op(B) (k x columns).
     *
     * @param transposeA whether A is stored as k x rows
     * @param transposeB whether B is stored as columns x k
     * @param rowLengthA numbers from one row of A as it is stored to the next; so for B and C
     */
    public static ColumnMajorGemm ofRowMajor(
            boolean transposeA,
            boolean transposeB,
            int rows,
            int columns,
            int k,
            int rowLengthA,
            int rowLengthB,
            int rowLengthC) {
        return new ColumnMajorGemm(
                transposeB, transposeA, columns, rows, k, rowLengthB, rowLengthA, rowLengthC);
    }
}
