namespace Shop.Catalog;

/// <summary>Products' numbers in an order, that follow a change without being sorted anew: a catalogue of 100,000 changes every second, and is listed in between.</summary>
internal static class SortedNumbers
{
    /// <param name="numbers">In order before the change.</param>
    /// <param name="changed">By number, whether the product changed; it is taken out.</param>
    /// <param name="added">What is put in, in any order.</param>
    /// <param name="order">The order after the change.</param>
    public static int[] Follow(int[] numbers, bool[] changed, int[] added, Comparison<int> order)
    {
        int[] kept = new int[numbers.Length];
        int count = 0;
        foreach (int number in numbers)
            if (!changed[number]) kept[count++] = number;
        ReadOnlySpan<int> stayed = kept.AsSpan(0, count);
        var comparer = Comparer<int>.Create(order);
        Array.Sort(added, comparer);
        int[] result = new int[stayed.Length + added.Length];
        int from = 0, to = 0;
        foreach (int number in added)
        {
            // Orders are total: two products are never equal.
            int until = from + ~stayed[from..].BinarySearch(number, comparer);
            stayed[from..until].CopyTo(result.AsSpan(to));
            to += until - from;
            result[to++] = number;
            from = until;
        }
        stayed[from..].CopyTo(result.AsSpan(to));
        return result;
    }
}
