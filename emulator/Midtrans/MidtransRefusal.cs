using System.Globalization;
using System.Text.Json.Nodes;

namespace Shop.Emulator.Midtrans;

/// <summary>A call that Midtrans refuses: it says so in the body's <c>status_code</c>. https://docs.midtrans.com/reference/code-statuses</summary>
internal sealed class MidtransRefusal(int code, string message) : Exception(message)
{
    public int Code { get; } = code;

    /// <summary>What is wrong with each field.</summary>
    public IReadOnlyList<string> Validation { get; private init; } = [];

    public JsonObject ToJson()
    {
        var answer = new JsonObject { ["status_code"] = Code.ToString(CultureInfo.InvariantCulture), ["status_message"] = Message };
        if (Validation.Count > 0) answer["validation_messages"] = new JsonArray([.. Validation.Select(v => JsonValue.Create(v))]);
        answer["id"] = Guid.NewGuid().ToString();
        return answer;
    }

    public static MidtransRefusal Invalid(params string[] messages) => new(400, "One or more parameters in the payload is invalid.") { Validation = messages };

    public static MidtransRefusal Unauthorized() => new(401, "Unknown merchant server key.");

    public static MidtransRefusal Missing() => new(404, "Transaction doesn't exist.");

    public static MidtransRefusal Duplicate(string message) => new(406, message);

    public static MidtransRefusal NotAllowed(string message = "Transaction status cannot be updated.") => new(412, message);
}
