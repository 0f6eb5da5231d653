using Shop.Common;

namespace Shop.Customers;

public static class CustomersProblems
{
    /// <summary>For an unknown address and for a wrong password: nobody can tell which.</summary>
    public static Problem CredentialsWrong { get; } = new(401, "staff.credentials-wrong", "The e-mail address or the password is wrong.");
}
