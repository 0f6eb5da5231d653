namespace Shop.Payments;

/// <summary>Mobile numbers as wallets of Indonesia know their owners.</summary>
public static class MobileNumber
{
    private const int Shortest = 10, Longest = 13;

    /// <summary><c>081234567890</c> for <c>+62 812 3456 7890</c>; <c>null</c> for what is no mobile number of Indonesia.</summary>
    public static string? ToLocal(string? phone)
    {
        string digits = string.Concat((phone ?? "").Where(char.IsAsciiDigit));
        if (digits.StartsWith("62", StringComparison.Ordinal)) digits = "0" + digits[2..];
        return digits.StartsWith("08", StringComparison.Ordinal) && digits.Length is >= Shortest and <= Longest ? digits : null;
    }
}
