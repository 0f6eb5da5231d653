namespace Shop.Common;

/// <summary>
/// Marks what tells who somebody is. Rows keep it encrypted; everything else stays readable to whoever looks into a table. It counts on the
/// members of the type that is stored, not on those of types inside it: there the whole member is marked.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute : Attribute;
