using System.Globalization;
using Microsoft.ML.Runtime;

namespace AcademicBert.ML.Hosting;

/// <summary>Lines for <c>mlContext.Log</c>, formatted the same in every culture.</summary>
public static class ChannelLog
{
    /// <summary>Logs what happened.</summary>
    public static void Note(this IChannel channel, FormattableString line)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(line);
        channel.Info(MessageSensitivity.None, "{0}", line.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Logs what the user should look at.</summary>
    public static void Warn(this IChannel channel, FormattableString line)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(line);
        channel.Warning(MessageSensitivity.None, "{0}", line.ToString(CultureInfo.InvariantCulture));
    }
}
