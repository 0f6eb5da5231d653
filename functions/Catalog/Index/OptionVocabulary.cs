using System.Collections.Immutable;

namespace Shop.Catalog;

/// <summary>
/// Numbers every option and every value that occurs, so that filtering and counting compare integers. Numbers are only ever added; names
/// compare without case, in any language.
/// </summary>
internal sealed class OptionVocabulary(string fallback)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _optionsByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(int Option, string Name), int> _valuesByName = new(NameComparer.Instance);
    private ImmutableArray<LocalText> _options = [];
    private ImmutableArray<OptionValue> _values = [];

    public ImmutableArray<LocalText> Options
    {
        get { lock (_gate) return _options; }
    }

    public ImmutableArray<OptionValue> Values
    {
        get { lock (_gate) return _values; }
    }

    /// <summary>The numbers of a variant's chosen values, new ones where needed.</summary>
    public int[] Numbers(Product product, Variant variant)
    {
        lock (_gate) return [.. product.Options.Select((option, i) => Number(Number(option.Name), option.Values[variant.Choices[i]]))];
    }

    /// <summary>The option of this name in any language, or -1.</summary>
    public int FindOption(string name)
    {
        lock (_gate) return _optionsByName.GetValueOrDefault(name, -1);
    }

    /// <summary>The value of this name in any language, or -1.</summary>
    public int FindValue(int option, string name)
    {
        lock (_gate) return _valuesByName.GetValueOrDefault((option, name), -1);
    }

    private int Number(LocalText option)
    {
        if (_optionsByName.TryGetValue(option.In(fallback, fallback), out int number)) return number;
        number = _options.Length;
        _options = _options.Add(option);
        foreach (string name in option.Values) _optionsByName.TryAdd(name, number);
        return number;
    }

    private int Number(int option, LocalText value)
    {
        if (_valuesByName.TryGetValue((option, value.In(fallback, fallback)), out int number)) return number;
        number = _values.Length;
        _values = _values.Add(new OptionValue(option, value));
        foreach (string name in value.Values) _valuesByName.TryAdd((option, name), number);
        return number;
    }

    internal sealed record OptionValue(int Option, LocalText Name);

    private sealed class NameComparer : IEqualityComparer<(int Option, string Name)>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals((int Option, string Name) x, (int Option, string Name) y) => x.Option == y.Option && StringComparer.OrdinalIgnoreCase.Equals(x.Name, y.Name);

        public int GetHashCode((int Option, string Name) key) => HashCode.Combine(key.Option, StringComparer.OrdinalIgnoreCase.GetHashCode(key.Name));
    }
}
