using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Shop.Common;
using Shop.Http;

namespace Shop.Catalog;

/// <summary>
/// Reads a file with a product on each line, as JSON in the shape that staff sends; line by line, however long it is. Columns of its mistakes
/// are JSON Pointers.
/// </summary>
internal sealed class NdjsonReader(Currency currency, string locale)
{
    private const int MostLines = 500_000;
    private const int LongestLineBytes = 1024 * 1024;

    /// <exception cref="UnreadableFileException">It has too many lines, or one that is too long.</exception>
    public async IAsyncEnumerable<ImportGroup> Read(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Where each handle and each SKU stands.
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        int number = 0;
        await foreach (byte[] line in Lines(file, cancellationToken))
        {
            if (++number > MostLines) throw new UnreadableFileException($"The file has more than {MostLines} lines; split it.");
            if (line.AsSpan().Trim(" \r\t"u8).Length == 0) continue;
            int at = number;
            FieldError[] repeated = [.. Names(line).Where(name => !lines.TryAdd(name.Name, at)).Select(name => new FieldError(name.Pointer, $"is in line {lines[name.Name]} already"))];
            yield return new ImportGroup(1, () => Product(at, line, repeated));
        }
    }

    private static async IAsyncEnumerable<byte[]> Lines(Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PipeReader pipe = PipeReader.Create(file);
        while (true)
        {
            ReadResult read = await pipe.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return buffer.Slice(0, end).ToArray();
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }
            if (buffer.Length > LongestLineBytes) throw new UnreadableFileException($"A line is longer than {LongestLineBytes} bytes.");
            if (read.IsCompleted)
            {
                if (buffer.Length > 0) yield return buffer.ToArray();
                yield break;
            }
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>What a line calls its own, as far as it can be read.</summary>
    private static IReadOnlyList<(string Pointer, string Name)> Names(byte[] line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } product) return [];
            List<(string, string)> names = [];
            if (product.TryGetProperty("handle", out JsonElement handle) && handle.ValueKind == JsonValueKind.String) names.Add(("/handle", CatalogKeys.Handle(handle.GetString()!)));
            if (!product.TryGetProperty("variants", out JsonElement variants) || variants.ValueKind != JsonValueKind.Array) return names;
            foreach ((int place, JsonElement variant) in variants.EnumerateArray().Index())
            {
                if (variant.ValueKind == JsonValueKind.Object && variant.TryGetProperty("sku", out JsonElement sku) && sku.ValueKind == JsonValueKind.String)
                    names.Add(($"/variants/{place}/sku", sku.GetString()!));
            }
            // A SKU twice in one product is told by the product's own rules.
            return [.. names.DistinctBy(n => n.Item2)];
        }
        catch (JsonException)
        {
            // Told when the product itself is read.
            return [];
        }
    }

    private ImportProduct Product(int number, byte[] line, IReadOnlyList<FieldError> repeated)
    {
        ImportMistake Tell(FieldError mistake) => new(number, mistake.Pointer, mistake.Detail);
        Result<NewProduct> read = Body.Parse<NewProduct>(line);
        if (read.Problem is { } problem) return new ImportProduct([new ImportRow(number, "", null)], null, [.. problem.Errors.Select(Tell)]) { Tell = (mistake, _) => Tell(mistake) };

        Product product = read.Value.ToProduct(read.Value.Handle);
        ImportMistake[] mistakes = [.. new ProductRules(currency, locale).Check(product).Select(Tell)];
        string skus = string.Join(' ', product.Variants.Select(v => v.Sku.Value));
        return new ImportProduct([new ImportRow(number, skus, null)], mistakes.Length == 0 ? product : null, mistakes) { Tell = (mistake, _) => Tell(mistake) }.With([.. repeated.Select(Tell)]);
    }
}
