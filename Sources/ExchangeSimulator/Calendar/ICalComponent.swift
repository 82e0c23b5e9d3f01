import CICal

/// A component of a parsed calendar. Valid only as long as the root it came from: nothing of it is kept.
struct ICalComponent {
    let pointer: OpaquePointer

    /// Parses a whole file and hands its root to `read`; the root is freed when that returns.
    static func withParsed<Result>(_ text: String, read: (ICalComponent) throws -> Result) rethrows -> Result? {
        guard let root = icalparser_parse_string(text) else { return nil }
        defer { icalcomponent_free(root) }
        return try read(ICalComponent(pointer: root))
    }

    /// The components of a kind directly inside.
    func children(_ kind: icalcomponent_kind) -> [ICalComponent] {
        var found: [ICalComponent] = []
        var next = icalcomponent_get_first_component(pointer, kind)
        while let child = next {
            found.append(ICalComponent(pointer: child))
            next = icalcomponent_get_next_component(pointer, kind)
        }
        return found
    }

    /// All properties of a kind, such as several EXDATEs.
    func properties(_ kind: icalproperty_kind) -> [ICalProperty] {
        var found: [ICalProperty] = []
        var next = icalcomponent_get_first_property(pointer, kind)
        while let property = next {
            found.append(ICalProperty(pointer: property))
            next = icalcomponent_get_next_property(pointer, kind)
        }
        return found
    }

    /// The first property of a kind.
    func property(_ kind: icalproperty_kind) -> ICalProperty? {
        icalcomponent_get_first_property(pointer, kind).map(ICalProperty.init)
    }

    /// The value of an `X-` property.
    func extensionValue(_ name: String) -> String? {
        properties(ICAL_X_PROPERTY).first { $0.extensionName == name }?.text
    }
}

/// A property of a component, valid as long as its root.
struct ICalProperty {
    let pointer: OpaquePointer

    /// The value as the file has it, with escapes.
    var text: String { icalproperty_get_value_as_string(pointer).map { String(cString: $0) } ?? "" }

    /// The name of an `X-` property, in capitals.
    var extensionName: String {
        icalproperty_get_x_name(pointer).map { String(cString: $0).uppercased() } ?? ""
    }

    /// The zone the time is given in, without the quotation marks some producers write.
    var zoneName: String? {
        guard let parameter = icalproperty_get_first_parameter(pointer, ICAL_TZID_PARAMETER),
            let name = icalparameter_get_tzid(parameter)
        else { return nil }
        return String(cString: name).trimmingPrefixAndSuffix("\"")
    }

    /// The value as a time; null when it is none.
    var time: icaltimetype {
        guard let value = icalproperty_get_value(pointer) else { return icaltime_null_time() }
        switch icalvalue_isa(value) {
        case ICAL_DATE_VALUE: return icalvalue_get_date(value)
        case ICAL_DATETIME_VALUE: return icalvalue_get_datetime(value)
        case ICAL_DATETIMEPERIOD_VALUE:
            let either = icalvalue_get_datetimeperiod(value)
            return icaltime_is_null_time(either.time) == 0 ? either.time : either.period.start
        case ICAL_PERIOD_VALUE: return icalvalue_get_period(value).start
        default: return icaltime_from_string(text)
        }
    }
}

extension String {
    fileprivate func trimmingPrefixAndSuffix(_ mark: Character) -> String {
        count >= 2 && first == mark && last == mark ? String(dropFirst().dropLast()) : self
    }
}
