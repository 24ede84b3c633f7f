using System.Collections.Immutable;

namespace Meshlift.Core.Kubernetes.Items;

/// <summary>A container by its name and the image that was asked for.</summary>
/// <param name="Name">Its name in the pod.</param>
/// <param name="Image">The image as the specification names it; empty in a template that leaves it to be filled in.</param>
public readonly record struct ContainerImage(string Name, string Image)
{
    /// <summary>Reads the value of <c>containers</c> or <c>initContainers</c>.</summary>
    internal static ImmutableArray<ContainerImage> ReadAll(ref JsonCursor cursor, StringPool strings)
    {
        var containers = ImmutableArray.CreateBuilder<ContainerImage>(2);
        for (cursor.Enter(); cursor.NextElement();)
        {
            string name = "", image = "";
            for (cursor.Enter(); cursor.NextMember(out var member);)
            {
                if (member.SequenceEqual("name"u8)) name = cursor.Text(strings) ?? "";
                else if (member.SequenceEqual("image"u8)) image = cursor.Text(strings) ?? "";
                else cursor.Skip();
            }
            containers.Add(new ContainerImage(name, image));
        }
        return strings.Same(containers.DrainToImmutable());
    }
}
