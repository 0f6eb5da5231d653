namespace Shop.Catalog;

/// <summary>
/// Numbers every option and every value that occurs, or every attribute and its values, so that filtering and counting compare integers.
/// Numbers are only ever added; names compare without case, in any language.
/// </summary>
internal sealed class OptionVocabulary(string fallback)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _optionsByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(int Option, string Name), int> _valuesByName = new(NameComparer.Instance);
    private readonly List<LocalText> _options = [];
    private readonly List<OptionValue> _values = [];
    private int[] _optionsOfValues = [];

    /// <summary>How many there are: numbers are below it.</summary>
    public (int Options, int Values) Count
    {
        get { lock (_gate) return (_options.Count, _values.Count); }
    }

    /// <summary>The names of values, each with its option's.</summary>
    public IReadOnlyList<(int Option, string OptionName, string Name)> Names(IEnumerable<int> values, string locale)
    {
        lock (_gate) return [.. values.Select(v => (_values[v].Option, _options[_values[v].Option].In(locale, fallback), _values[v].Name.In(locale, fallback)))];
    }

    /// <summary>By the number of a value, its option's.</summary>
    public int[] OptionsOfValues()
    {
        lock (_gate)
        {
            if (_optionsOfValues.Length < _values.Count) _optionsOfValues = [.. _values.Select(v => v.Option)];
            return _optionsOfValues;
        }
    }

    /// <summary>The numbers of a variant's chosen values, new ones where needed.</summary>
    public int[] Numbers(Product product, Variant variant)
    {
        lock (_gate) return [.. product.Options.Select((option, i) => Number(Number(option.Name), option.Values[variant.Choices[i]]))];
    }

    /// <summary>The numbers of facts, which are said in one language only.</summary>
    public int[] Numbers(IEnumerable<KeyValuePair<string, string>> facts)
    {
        lock (_gate) return [.. facts.Where(f => f.Value.Length > 0).Select(f => Number(Number(Said(f.Key)), Said(f.Value)))];
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

    private LocalText Said(string text) => new() { [fallback] = text };

    private int Number(LocalText option)
    {
        if (_optionsByName.TryGetValue(option.In(fallback, fallback), out int number)) return number;
        number = _options.Count;
        _options.Add(option);
        foreach (string name in option.Values) _optionsByName.TryAdd(name, number);
        return number;
    }

    private int Number(int option, LocalText value)
    {
        if (_valuesByName.TryGetValue((option, value.In(fallback, fallback)), out int number)) return number;
        number = _values.Count;
        _values.Add(new OptionValue(option, value));
        foreach (string name in value.Values) _valuesByName.TryAdd((option, name), number);
        return number;
    }

    private sealed record OptionValue(int Option, LocalText Name);

    private sealed class NameComparer : IEqualityComparer<(int Option, string Name)>
    {
        public static NameComparer Instance { get; } = new();

        public bool Equals((int Option, string Name) x, (int Option, string Name) y) => x.Option == y.Option && StringComparer.OrdinalIgnoreCase.Equals(x.Name, y.Name);

        public int GetHashCode((int Option, string Name) key) => HashCode.Combine(key.Option, StringComparer.OrdinalIgnoreCase.GetHashCode(key.Name));
    }
}
