using System.ComponentModel;
using System.Globalization;

namespace Shop.Emulator.Functions;

/// <summary>Converts a route or query value to a parameter's type, as the host binds them by name.</summary>
internal static class NamedValue
{
    public static bool CanConvert(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(Guid) || type == typeof(decimal) || type == typeof(DateTimeOffset) || type == typeof(DateTime);
    }

    /// <exception cref="FormatException">The text does not fit; the real host answers 500.</exception>
    public static object? Convert(string? text, Type type)
    {
        if (text is null) return type.IsValueType ? Activator.CreateInstance(type) : null;
        if (type == typeof(string)) return text;
        try
        {
            return TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).ConvertFromString(null, CultureInfo.InvariantCulture, text);
        }
        catch (ArgumentException bad)
        {
            throw new FormatException(bad.Message, bad);
        }
    }
}
