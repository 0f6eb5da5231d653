using System.ComponentModel.DataAnnotations;

namespace Shop.Common;

/// <summary>Where goods or invoices go. Province, city and district are the Indonesian levels by which couriers set their rates.</summary>
/// <param name="Name">Who receives it.</param>
/// <param name="Phone">For the courier; digits, spaces and <c>+ - ( )</c>.</param>
/// <param name="District">Kecamatan.</param>
/// <param name="Village">Kelurahan or desa, within the district; absent where nobody wrote it.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
public sealed record Address(
    [property: Required, StringLength(100, MinimumLength = 1)] string Name,
    [property: Required, RegularExpression(@"^[0-9+() -]{5,25}$", ErrorMessage = "must be a telephone number")] string Phone,
    [property: Required, StringLength(200, MinimumLength = 1)] string Line1,
    [property: Required, StringLength(100, MinimumLength = 1)] string City,
    [property: Required, StringLength(100, MinimumLength = 1)] string Province,
    [property: Required, RegularExpression(@"^[0-9A-Za-z -]{3,10}$", ErrorMessage = "must be a postal code")] string PostalCode,
    [property: Required, RegularExpression("^[A-Z]{2}$", ErrorMessage = "must be two capital letters, such as ID")] string Country,
    [property: StringLength(200)] string? Line2 = null,
    [property: StringLength(100)] string? District = null,
    [property: StringLength(100)] string? Village = null);
