using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Shop.Http.OpenApi;

/// <summary>The doc comments of an assembly, from the XML file that the compiler puts beside it; nothing where there is no such file.</summary>
internal sealed partial class XmlDocs
{
    private readonly Dictionary<string, XElement> _members = new(StringComparer.Ordinal);

    public XmlDocs(Assembly assembly)
    {
        string file = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file)) return;
        foreach (XElement member in XDocument.Load(file).Descendants("member"))
            if (member.Attribute("name")?.Value is { } name) _members.TryAdd(name, member);
    }

    public string? Summary(MethodInfo method) => Text(Member(method)?.Element("summary"));

    public string? Remarks(MethodInfo method) => Text(Member(method)?.Element("remarks"));

    public string? Summary(Type type) => Text(_members.GetValueOrDefault($"T:{NameOf(type)}")?.Element("summary"));

    public string? Parameter(MethodInfo method, string name) => Param(Member(method), name);

    /// <summary>Of a property: its own comment, or the <c>param</c> of the positional record it belongs to.</summary>
    public string? Summary(PropertyInfo property) =>
        Text(_members.GetValueOrDefault($"P:{NameOf(property.DeclaringType!)}.{property.Name}")?.Element("summary"))
        ?? Param(_members.GetValueOrDefault($"T:{NameOf(property.DeclaringType!)}"), property.Name);

    private XElement? Member(MethodInfo method)
    {
        string name = $"M:{NameOf(method.DeclaringType!)}.{method.Name}";
        // Triggers are never overloaded, so that what follows the name is their parameters.
        return _members.FirstOrDefault(m => m.Key == name || m.Key.StartsWith(name + "(", StringComparison.Ordinal)).Value;
    }

    private static string NameOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private static string? Param(XElement? member, string name) => Text(member?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == name));

    /// <summary>As Markdown: code in backticks, references by their last name, one line.</summary>
    private static string? Text(XElement? element)
    {
        if (element is null) return null;
        var text = new StringBuilder();
        Append(element, text);
        string line = Spaces().Replace(text.ToString(), " ").Trim();
        return line.Length == 0 ? null : line;
    }

    private static void Append(XElement element, StringBuilder text)
    {
        foreach (XNode node in element.Nodes())
        {
            if (node is XText words) text.Append(words.Value);
            else if (node is not XElement tag) continue;
            else if (tag.Name == "c") text.Append('`').Append(tag.Value).Append('`');
            else if ((tag.Attribute("cref") ?? tag.Attribute("name") ?? tag.Attribute("langword")) is { } reference) text.Append('`').Append(reference.Value.Split('(')[0].Split('.', ':')[^1].Split('`')[0]).Append('`');
            else Append(tag, text);
        }
    }

    [GeneratedRegex(@"\s+", RegexOptions.None, 1000)]
    private static partial Regex Spaces();
}
