using System.Text;
using Shop.Common;

namespace Shop.Downloads;

/// <param name="Added">Keys that are new.</param>
/// <param name="Known">Keys that were ever in the pool, or stood twice among these.</param>
/// <param name="Free">How many nobody has.</param>
/// <param name="Assigned">How many buyers have.</param>
public sealed record FilledPool(int Added, int Known, int Free, int Assigned);

/// <param name="Free">How many nobody has.</param>
/// <param name="Assigned">How many buyers have.</param>
/// <param name="Waiting">Units that were sold and have no key yet; at most 500 are counted.</param>
public sealed record LicencePoolResource(Sku Sku, int Free, int Assigned, int Waiting);

/// <summary>Puts the keys that staff bought into the pool of a SKU. The same keys again change nothing, so a broken answer is asked for anew.</summary>
public sealed class FillPool(LicenceStore licences)
{
    public const int MostKeys = 10_000;
    private const int Shortest = 8, Longest = 200, MostMistakes = 20;

    /// <param name="text">A key on each line.</param>
    public async Task<Result<FilledPool>> Run(Sku sku, byte[] text, CancellationToken cancellationToken)
    {
        string[] lines = Encoding.UTF8.GetString(text).Split('\n');
        List<FieldError> mistakes = [];
        List<string> keys = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string key = lines[i].Trim().TrimStart('\uFEFF');
            if (key.Length == 0) continue;
            if (key.Length is < Shortest or > Longest || key.Any(c => char.IsControl(c) || c == '\uFFFD')) mistakes.Add(new FieldError($"/{i}", $"must have {Shortest} to {Longest} characters, none of them a control character"));
            keys.Add(key);
        }
        if (keys.Count is 0 or > MostKeys) mistakes.Insert(0, new FieldError("", $"must be 1 to {MostKeys} lines"));
        if (mistakes.Count > 0) return LicenceProblems.KeysInvalid with { Errors = [.. mistakes.Take(MostMistakes)] };

        string[] distinct = [.. keys.DistinctBy(LicenceKeys.HashOf, StringComparer.Ordinal)];
        int added = await licences.Fill(sku, distinct, cancellationToken);
        await licences.AskToServe(sku, cancellationToken);
        LicencePool pool = await licences.FindPool(sku, cancellationToken) ?? throw new InvalidOperationException($"The pool of {sku} was filled, and is not there.");
        return new FilledPool(added, keys.Count - added, pool.Free, pool.Assigned);
    }

    public async Task<Result<LicencePoolResource>> Look(Sku sku, CancellationToken cancellationToken)
    {
        int waiting = (await licences.Waiting(sku, cancellationToken)).Count;
        return await licences.FindPool(sku, cancellationToken) is { } pool ? new LicencePoolResource(sku, pool.Free, pool.Assigned, waiting)
            : waiting > 0 ? new LicencePoolResource(sku, 0, 0, waiting)
            : LicenceProblems.PoolUnknown;
    }
}
