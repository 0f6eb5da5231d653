using Shop.Common;

namespace Shop.Catalog;

/// <summary>A mistake in a file, at a row and a column.</summary>
/// <param name="Row">As a spreadsheet counts: the header is row 1.</param>
/// <param name="Column">The column's name in the header; empty where it is the row as a whole.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record ImportMistake(int Row, string Column, string Message);

/// <summary>A row that names a variant.</summary>
/// <param name="Number">As a spreadsheet counts.</param>
/// <param name="Sku">As written, valid or not.</param>
/// <param name="Stock">What the file says lies there; <c>null</c> where it says nothing.</param>
internal sealed record ImportRow(int Number, string Sku, int? Stock);

/// <summary>A product as a file describes it, in consecutive rows.</summary>
/// <param name="Rows">One for each variant.</param>
/// <param name="Product">Without id, version and times, which the shop gives; <c>null</c> where there are mistakes.</param>
/// <param name="Mistakes">One mistake keeps the whole product out.</param>
internal sealed record ImportProduct(IReadOnlyList<ImportRow> Rows, Product? Product, IReadOnlyList<ImportMistake> Mistakes)
{
    /// <summary>The columns of its file: of what has none the file says nothing, and the catalogue keeps what it has. <c>null</c> where it says everything.</summary>
    public IReadOnlyCollection<string>? Columns { get; init; }

    /// <summary>Tells a mistake that a rule found in a product, as it was to become, at its place in the file.</summary>
    public required Func<FieldError, Product, ImportMistake> Tell { get; init; }

    /// <summary>With mistakes that only the rest of the file shows; a field that has one already keeps it.</summary>
    public ImportProduct With(IReadOnlyList<ImportMistake> others)
    {
        ImportMistake[] added = [.. others.Where(o => !Mistakes.Any(m => m.Row == o.Row && m.Column == o.Column))];
        return added.Length == 0 ? this : this with { Product = null, Mistakes = [.. Mistakes, .. added] };
    }
}

/// <summary>The rows of one product as they stand in a file. To read what they say is dearer than to pass over them.</summary>
/// <param name="Rows">How many they are.</param>
/// <param name="Read">What they say.</param>
internal sealed record ImportGroup(int Rows, Func<ImportProduct> Read);

/// <summary>The file cannot be read at all, and nothing of it is imported.</summary>
internal sealed class UnreadableFileException(string why) : Exception(why);
