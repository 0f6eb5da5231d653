using System.Xml;
using Shop.Emulator.Webhooks;

namespace Shop.Emulator.Buttons;

/// <summary>Reads what a payment provider is told to do wrong.</summary>
internal static class MisbehaviourRequest
{
    public static PaymentMisbehaviour Read(Dictionary<string, string> sent)
    {
        ButtonRequest.Only(sent, "duplicate", "reorder", "delay", "drop", "wrongAmount", "late", "percent");
        return new PaymentMisbehaviour
        {
            Duplicate = ButtonRequest.Flag(sent, "duplicate"),
            Reorder = ButtonRequest.Flag(sent, "reorder"),
            Delay = sent.TryGetValue("delay", out string? delay) && delay.Length > 0 ? Duration(delay) : null,
            Drop = ButtonRequest.Flag(sent, "drop"),
            WrongAmount = ButtonRequest.Number(sent, "wrongAmount"),
            Late = ButtonRequest.Flag(sent, "late"),
            Percent = (int)(ButtonRequest.Number(sent, "percent") switch { null => 100, > 100 => throw new ButtonRefusal(400, "'percent' is 0 to 100."), var percent => percent }),
        };
    }

    /// <summary>ISO 8601 in the form that it is kept in.</summary>
    public static string Duration(string text) => XmlConvert.ToString(ButtonRequest.Duration(text));
}
