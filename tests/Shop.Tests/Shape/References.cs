using System.Reflection;
using System.Reflection.Emit;

namespace Shop.Tests.Shape;

/// <summary>Which types a type's declarations and method bodies name, read from its IL, so that no spelling hides a reference.</summary>
internal static class References
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(code => code.Value);

    public static IEnumerable<Type> Of(Type type)
    {
        HashSet<Type> found = [];
        Add(found, type.BaseType);
        foreach (Type contract in type.GetInterfaces()) Add(found, contract);
        foreach (CustomAttributeData attribute in type.CustomAttributes) AddAttribute(found, attribute);
        foreach (FieldInfo field in type.GetFields(All)) Add(found, field.FieldType);
        foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))) AddMethod(found, method);
        return found;
    }

    private static void AddMethod(HashSet<Type> found, MethodBase method)
    {
        Add(found, (method as MethodInfo)?.ReturnType);
        foreach (ParameterInfo parameter in method.GetParameters()) Add(found, parameter.ParameterType);
        foreach (CustomAttributeData attribute in method.CustomAttributes) AddAttribute(found, attribute);
        if (method.GetMethodBody() is not { } body) return;
        foreach (LocalVariableInfo local in body.LocalVariables) Add(found, local.LocalType);
        foreach (MemberInfo member in Members(method, body.GetILAsByteArray()!)) AddMember(found, member);
    }

    private static void AddAttribute(HashSet<Type> found, CustomAttributeData attribute)
    {
        Add(found, attribute.AttributeType);
        foreach (CustomAttributeTypedArgument argument in attribute.ConstructorArguments) Add(found, argument.Value as Type ?? argument.ArgumentType);
    }

    private static void AddMember(HashSet<Type> found, MemberInfo member)
    {
        Add(found, member as Type ?? member.DeclaringType);
        if (member is FieldInfo field) Add(found, field.FieldType);
        if (member is MethodInfo { IsGenericMethod: true } method)
            foreach (Type argument in method.GetGenericArguments()) Add(found, argument);
    }

    private static void Add(HashSet<Type> found, Type? type)
    {
        while (type?.HasElementType == true) type = type.GetElementType();
        if (type is null || type.IsGenericParameter) return;
        if (!type.IsGenericType)
        {
            found.Add(type);
            return;
        }
        found.Add(type.GetGenericTypeDefinition());
        foreach (Type argument in type.GetGenericArguments()) Add(found, argument);
    }

    private static IEnumerable<MemberInfo> Members(MethodBase method, byte[] il)
    {
        Type[] typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int at = 0; at < il.Length;)
        {
            OpCode code = il[at] == 0xFE ? OpCodesByValue[unchecked((short)(0xFE00 | il[at + 1]))] : OpCodesByValue[il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                && method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments) is { } member) yield return member;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
                _ => 4,
            };
        }
    }
}
